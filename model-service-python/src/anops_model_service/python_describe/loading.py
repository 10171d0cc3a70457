"""Loads a Python model that has no project yet, and notes what its loading warned of."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError, Code

from anops_model_service.python_describe.predictor import Predictor
from anops_model_service.python_runtime import LIBRARY_WARNINGS, load_code, load_model, refuse

if TYPE_CHECKING:
    from anops_model_service.description import Source


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
    own = getattr(code, "predict_model", None)
    if own is None:
        refuse(model, f"`{path.name}`")
    notes = [_note(warning) for warning in caught if not issubclass(warning.category, LIBRARY_WARNINGS)]
    return Predictor(model, own, f"`{path.name}`", path.parent), list(dict.fromkeys(notes))


def _note(warning: warnings.WarningMessage) -> str:
    message = warning.message
    original = getattr(message, "original_sklearn_version", None)
    if original is not None:
        current = getattr(message, "current_sklearn_version", "another")
        return (
            f"The model was saved with scikit-learn {original}, and {current} is installed: "
            "its predictions may differ. Install that version, or save the model again."
        )
    return f"Loading the model warned: {' '.join(str(message).split())[:300]}"
