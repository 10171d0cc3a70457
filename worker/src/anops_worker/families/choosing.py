"""Finds the family of a fitted object, and predicts with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_worker.families.classifiers import classifier
from anops_worker.families.distributions import with_spread
from anops_worker.families.named_columns import NamedColumns
from anops_worker.families.plain import plain
from anops_worker.families.transformers import transformer
from anops_worker.libraries.finding import library_says

if TYPE_CHECKING:
    import pandas as pd

    from anops_worker.families.family import Family

_BY_METHODS = (classifier, with_spread, transformer)
"""What an object's methods tell, in this order, where its library says nothing: the first that knows it has it."""

_latest: list[tuple[object, Family]] = []
"""The object that was asked last, with its family: a worker has one model, and asks it again and again."""


def family_of(model: Any) -> Family:  # noqa: ANN401  any object
    """Return the family of a fitted object: what it can be asked, and how.

    Args:
        model: The object, with `predict` or `transform`.
    """
    if _latest and _latest[0][0] is model:
        return _latest[0][1]
    found: Family | None = library_says(model, lambda library: library.family(model))
    if found is None:
        found = next((family for make in _BY_METHODS if (family := make(model)) is not None), None) or plain(model)
    _latest[:] = [(model, found)]
    return found


def predict(model: Any, data: pd.DataFrame, **options: Any) -> object:  # noqa: ANN401  any object, any answer
    """Predict rows with a fitted object as its family does, for a `predict_model` that does more than that.

    Args:
        model: The fitted object.
        data: The rows, in the columns of `ao.toml`.
        options: What a request asks for, such as `interval="prediction"`; what the family does not know goes to
            the object's own `predict`.

    Returns:
        A prediction for each row: an array, or a DataFrame where there are several columns.
    """
    answer = family_of(model).predict(data, options)
    return answer.to_pandas() if isinstance(answer, NamedColumns) else answer
