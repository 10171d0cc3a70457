"""The two forecasts that any model must beat: the last value, and that of a season before.

Intervals are those of R's `naive()` and `snaive()`: Gaussian, with the root of the mean square of the differences of
the history as the spread of one step (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.5).
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

NAIVE, SEASONAL = "naive", "seasonal naive"


def repeated(history: np.ndarray, lag: int, horizon: int, levels: Sequence[float]) -> dict[str, np.ndarray]:
    """Forecast each step by the last value that is a whole number of lags before it.

    Args:
        history: All values up to the origin, NaN where there is none (1-D).
        lag: 1 for the naive forecast, the seasonal period for the seasonal one.
        horizon: How many steps.
        levels: Coverages in percent.

    Returns:
        `prediction` and the bounds `lower_80`, `upper_80`; NaN where nothing was observed at that place.
    """
    ahead = np.arange(1, horizon + 1)
    rounds = (ahead - 1) // lag + 1
    if lag == 1:  # as R: of a series that ends with a gap, the last value that there is
        known = history[~np.isnan(history)]
        prediction = np.full(horizon, known[-1] if len(known) else np.nan)
    else:
        places = len(history) - 1 + ahead - lag * rounds
        prediction = np.array([history[place] if place >= 0 else np.nan for place in places])
    differences = history[lag:] - history[:-lag]
    differences = differences[~np.isnan(differences)]
    spread = np.sqrt(np.mean(differences**2)) if len(differences) else np.nan
    answer = {"prediction": prediction}
    for level in levels:
        half = NormalDist().inv_cdf(0.5 + level / 200) * spread * np.sqrt(rounds)
        answer[f"lower_{level:.10g}"], answer[f"upper_{level:.10g}"] = prediction - half, prediction + half
    return answer
