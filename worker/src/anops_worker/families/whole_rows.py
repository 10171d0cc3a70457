"""Asks a model for the rows without gaps alone: the others get missing predictions in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def filled(data: pd.DataFrame, predict: Callable[[pd.DataFrame], object], *, width: int = 0) -> np.ndarray:
    """Predict the rows without gaps, and put missing predictions in the places of the others.

    Args:
        data: The rows.
        predict: Answers rows that miss nothing; with an index, those of them that it could.
        width: How many columns it answers; 0 for an array of one dimension.
    """
    whole = ~data.isna().to_numpy().any(axis=1) if len(data.columns) else np.ones(len(data), dtype=bool)
    answer = np.full((len(data), width) if width else len(data), np.nan)
    if whole.any():
        rows = data.iloc[np.flatnonzero(whole)]
        predicted = predict(rows)
        if hasattr(predicted, "reindex"):  # rows whose transformed values are missing are left out
            predicted = predicted.reindex(rows.index)
        answer[whole] = np.asarray(predicted, dtype=np.float64)
    return answer
