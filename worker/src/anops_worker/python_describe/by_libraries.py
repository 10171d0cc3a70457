"""Asks the libraries that know a model's class what the model is, and what its columns are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_worker.estimators import last_of, searched
from anops_worker.libraries.finding import libraries_of, library_says
from anops_worker.python_describe.other_models import understand_other
from anops_worker.python_describe.sklearn_model import understand_sklearn
from anops_worker.python_describe.understanding import numbers

if TYPE_CHECKING:
    import pandas as pd
    from anops_model_interface.schema import ColumnSpec

    from anops_worker.python_describe.predictor import Predictor
    from anops_worker.python_describe.understanding import Understanding


def understood(model: object) -> Understanding:
    """Ask the object's library, else go by the conventions; then let the library of what is inside add to it."""
    told: Understanding | None = library_says(model, lambda library: library.understand(model))
    found = told or understand_sklearn(model) or understand_other(model)
    inner = searched(model)
    for library in libraries_of(inner):
        library.learn(inner, found)
    last = last_of(model)
    if last is not inner and found.inputs is not None:
        _learn_of_last(last, found)
    return found


def _learn_of_last(last: Any, found: Understanding) -> None:  # noqa: ANN401  any estimator
    """Take the types of columns from the last step, which it sees under their own names; their values may differ."""
    inputs = found.inputs or {}
    seen = replace(found, inputs=numbers(list(inputs)), certain=frozenset(), notes=[], ranges={}, known={})
    for library in libraries_of(last):
        library.learn(last, seen)
    told = {name: spec for name, spec in (seen.inputs or {}).items() if spec.type != "number" and not spec.values}
    told = {name: spec for name, spec in told.items() if name in inputs and name not in found.certain}
    found.inputs = {**inputs, **told}
    found.certain |= {name for name in told if name in seen.certain}
    found.notes += seen.notes if told else []


def settled(
    inputs: dict[str, ColumnSpec], found: Understanding, data: pd.DataFrame | None, predictor: Predictor
) -> dict[str, ColumnSpec]:
    """Let the library ask its object what its columns are, unless the statistician's own code predicts."""
    inner = searched(predictor.model)
    for library in libraries_of(inner) if predictor.own is None else ():
        inputs = library.settle(inner, inputs, found, data)
    return inputs
