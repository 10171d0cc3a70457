"""Contributions of columns to predictions, as a service tells them, in one long table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_ROWS = 100
"""A service explains no more rows in a request."""

_NAMES = ["row", "output", "prediction", "baseline", "column", "contribution"]


def table(answers: Sequence[Mapping[str, Any]], index: pd.Index) -> pd.DataFrame:
    """Return a row for each row that was explained, each of its outputs that was, and each column.

    Args:
        answers: The service's answers, in order.
        index: The index of the rows that were sent.
    """
    predictions = [row for answer in answers for row in answer["predictions"]]
    explanations = [row for answer in answers for row in answer["explanations"]]
    found: list[tuple[Any, ...]] = []
    for label, predicted, told in zip(index, predictions, explanations, strict=True):
        for output, why in told.items():
            found += [
                (label, output, predicted[output], why["baseline"], column, value)
                for column, value in why["contributions"].items()
            ]
    return pd.DataFrame(found, columns=_NAMES)
