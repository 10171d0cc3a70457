"""STLForecast of statsmodels: a model of the series without its seasons, which are added again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.forecasts.forecaster import Contract, Forecaster, interval_names
from anops_worker.forecasts.indexes import contract_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


class Decomposed(Forecaster):
    """Results of an STLForecast; taking in an observation would decompose the series anew, so it takes in none."""

    def __init__(self, results: Any, *, levels: bool) -> None:  # noqa: ANN401
        """Take in results.

        Args:
            results: They.
            levels: Whether the model of the rest tells the variance of its forecasts.
        """
        self._results = results
        self.levels = levels

    def contract(self) -> Contract:
        """Return what the fit says of its series; see `Forecaster`."""
        model = self._results.model
        index = model._index if model._index_dates else getattr(model.data, "row_labels", None)  # noqa: SLF001  there is no other way
        name = getattr(self._results.result.observed, "name", None)
        return contract_of(index, value=name, period=(float(self._results.period),))

    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast; see `Forecaster`."""
        del future, seed
        answer = {"prediction": np.asarray(self._results.forecast(steps), dtype=np.float64)}
        if not levels:
            return answer
        first = len(self._results.model.endog)
        found = self._results.get_prediction(first, first + steps - 1)
        for level in levels:
            bounds = np.asarray(found.conf_int(alpha=1 - level / 100), dtype=np.float64)
            answer |= dict(zip(interval_names(level), bounds.T, strict=True))
        return answer
