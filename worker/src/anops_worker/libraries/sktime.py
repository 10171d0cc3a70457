"""Forecasters of sktime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from anops_worker.forecasts.family import forecast_family
from anops_worker.forecasts.forecaster import Contract, Forecaster, interval_names
from anops_worker.forecasts.indexes import contract_of
from anops_worker.libraries import library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_worker.families.family import Family


class Sktime(library.Library):
    """What is known of sktime: its forecasters; what it has of other kinds follows the conventions."""

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  any object of the library
        """Return how a forecaster is asked; see `Library`."""
        return forecast_family(SktimeSeries(model)) if _is_forecaster(model) and why_not(model) is None else None

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Say why a forecaster can't be asked; see `Library`."""
        return why_not(model) if _is_forecaster(model) else None


def _is_forecaster(model: Any) -> bool:  # noqa: ANN401
    return any(each.__name__ == "BaseForecaster" for each in type(model).__mro__)


def why_not(model: Any) -> str | None:  # noqa: ANN401
    """Say why a forecaster can't be asked; None where it can."""
    if not getattr(model, "is_fitted", False):
        return "it is not fitted: call fit() before it is saved"
    seen = model._y  # noqa: SLF001  there is no other way
    if seen is None:
        return "it keeps no data (set_config(remember_data=False)), so the end of its series is unknown"
    if isinstance(seen.index, pd.MultiIndex) or (isinstance(seen, pd.DataFrame) and seen.shape[1] > 1):
        return "it forecasts several series at once, which sktime keeps in one table; save one forecaster for each"
    return None


class SktimeSeries(Forecaster):
    """A fitted forecaster of one series."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401
        """Take in what was fitted."""
        self._model = model
        given = model._X  # noqa: SLF001  there is no other way
        self.regressors = () if given is None else tuple(str(name) for name in given.columns)
        self.looks_back = bool(self.regressors)
        self.levels = bool(model.get_tag("capability:pred_int", tag_value_default=False, raise_error=False))

    def contract(self) -> Contract:
        """Return what the fit says of its series; see `Series`."""
        seen = self._model._y  # noqa: SLF001  the same
        name = seen.columns[0] if isinstance(seen, pd.DataFrame) else seen.name
        period = getattr(self._model, "sp", 1)
        return contract_of(
            seen.index, value=name, period=(float(period),) if isinstance(period, int) and period > 1 else ()
        )

    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast; see `Forecaster`."""
        del seed
        ahead = list(range(1, steps + 1))
        more = {} if future is None else {"X": future.set_axis(self._times(steps))}
        answer = {"prediction": _floats(self._model.predict(fh=ahead, **more))}
        if levels:
            found = self._model.predict_interval(fh=ahead, coverage=[level / 100 for level in levels], **more)
            for place, level in enumerate(levels):
                lower, upper = interval_names(level)
                answer[lower], answer[upper] = (_floats(found.iloc[:, 2 * place + i]) for i in (0, 1))
        return answer

    def _times(self, steps: int) -> Any:  # noqa: ANN401
        index = self._model._y.index  # noqa: SLF001  the same
        if isinstance(index, pd.PeriodIndex):
            return pd.period_range(index[-1] + 1, periods=steps, freq=index.freq)
        if isinstance(index, pd.DatetimeIndex):
            return pd.date_range(index[-1], periods=steps + 1, freq=index.freq or pd.infer_freq(index))[1:]
        return pd.RangeIndex(int(index[-1]) + 1, int(index[-1]) + 1 + steps)


def _floats(values: Any) -> np.ndarray:  # noqa: ANN401
    return np.asarray(values, dtype=np.float64).ravel()
