"""Tells what a model was fitted on, as far as its object says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_COUNTS = ("nobs", "n_samples_fit_", "n_samples_")
"""Where statsmodels and some of scikit-learn's estimators keep the number of rows."""


def fitted_on(model: Any, kept: pd.DataFrame | None = None) -> str:  # noqa: ANN401  a fitted object
    """Return how many rows a model was fitted on: "800 rows"; empty where the object does not say.

    Args:
        model: The fitted object.
        kept: The rows of the fit, where the object keeps them.
    """
    rows = next((count for name in _COUNTS if (count := _count(model, name))), 0 if kept is None else len(kept))
    return f"{rows} row{'' if rows == 1 else 's'}" if rows else ""


def _count(model: Any, name: str) -> int:  # noqa: ANN401  a fitted object
    try:
        value = getattr(model, name, None)
    except Exception:  # noqa: BLE001  a property of a person's own class may fail in any way
        return 0
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return 0
    return max(int(value), 0)
