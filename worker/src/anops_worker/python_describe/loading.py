"""Loads a Python model that has no project yet, and notes what its loading warned of."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_worker.libraries.finding import library_says
from anops_worker.own_predict import own_predict
from anops_worker.python_describe.holders import taken_out
from anops_worker.python_describe.predictor import Predictor
from anops_worker.python_model import LIBRARY_WARNINGS, load_code, load_model, refuse
from anops_worker.raised import text_of
from anops_worker.saved_versions import told_by

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.description import Source


def load(source: Source) -> tuple[Predictor, list[str]]:
    """Load the model and its code.

    Args:
        source: Where they are.

    Returns:
        The means to predict, and notes.

    Raises:
        AnOpsError: `MODEL_LOAD`: they can't be used.
    """
    path = source.artifact or source.code
    if path is None:
        raise AnOpsError(Code.MODEL_LOAD, "Can't look at a model without a file.", remedy="Name its file.")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        code = load_code(source.code) if source.code else None
        model = load_model(source.artifact, code, path.parent)
    own = own_predict(code)
    reader = None
    if code is None:
        model, reader = taken_out(model, source.object, path)
    if own is None:
        refuse(model, f"`{path.name}`")
    told = told_by(caught)
    others = [warning for warning in caught if told is None or told_by([warning]) is None]
    notes = [] if told is None else [told[0]]
    notes += [_note(warning) for warning in others if not issubclass(warning.category, LIBRARY_WARNINGS)]
    predictor = Predictor(
        model,
        own,
        f"`{path.name}`",
        path.parent,
        reader=reader,
        saved_with=told[0] if told else None,
        advice=told[1] if told else None,
    )
    return predictor, list(dict.fromkeys(notes))


def advised(error: Exception, predictor: Predictor, data: Path | None = None) -> AnOpsError:
    """Say why a model can't be understood, with what would help where it comes from another version of its library.

    Args:
        error: What was raised by AnOps, or by the model as it was looked at.
        predictor: The model.
        data: The file of the example rows that it was given.
    """
    if isinstance(error, AnOpsError):
        problem = error.problem
        remedy = problem.remedy or predictor.advice or _by_library(predictor, error)
        if remedy is None and problem.code == Code.MODEL_FAILED and data is not None and predictor.own is None:
            remedy = (
                f"Check that {data.name} has what the model was fitted on. Where it is something that no file of rows "
                "can hold, such as durations or periods, write predict_model(model, data) in a model.py beside the "
                "model, to make it from the columns."
            )
        return AnOpsError(problem.code, problem.message, call=problem.call, remedy=remedy)
    said = " ".join(text_of(error).split())[:300]
    return AnOpsError(
        Code.MODEL_LOAD,
        f"Can't look at {predictor.name}: its {type(predictor.model).__name__} failed with {type(error).__name__}: "
        f"{said or 'no message'}",
        remedy=predictor.advice
        or "Check whether its predict() answers in Python, or write predict_model(model, data) in a model.py.",
    )


def _by_library(predictor: Predictor, error: Exception) -> str | None:
    """Return what a library says of a failure of its object's own predict()."""
    if predictor.own is not None:
        return None
    model = predictor.model
    said: str | None = library_says(model, lambda library: library.why_failed(model, error))
    return said


def _note(warning: warnings.WarningMessage) -> str:
    return f"Loading the model warned: {' '.join(str(warning.message).split())[:300]}"
