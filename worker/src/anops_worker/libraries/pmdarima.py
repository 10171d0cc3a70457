"""Models of pmdarima: ARIMA, AutoARIMA and pipelines of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.forecasts.family import forecast_family
from anops_worker.forecasts.forecaster import Contract, Forecaster, interval_names
from anops_worker.forecasts.state_space import StateSpace
from anops_worker.libraries import library

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from anops_worker.families.family import Family


class Pmdarima(library.Library):
    """What is known of pmdarima."""

    follows_conventions = False

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  any object of the library
        """Return how a model is asked; see `Library`."""
        fitted = _fitted(model)
        if fitted is not None:
            return forecast_family(Arima(fitted))
        if hasattr(model, "steps_") and hasattr(model, "predict"):
            return forecast_family(Pipeline(model))
        return None

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Say that it was not fitted; see `Library`."""
        return None if _fitted(model) is not None or hasattr(model, "steps_") else "it is not fitted: call fit() first"


def _fitted(model: Any) -> Any:  # noqa: ANN401
    inner = getattr(model, "model_", model)  # AutoARIMA holds the ARIMA that it chose
    return inner if hasattr(inner, "arima_res_") else None


class Arima(StateSpace):
    """An ARIMA, which statsmodels computes."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401
        """Take in a fitted ARIMA."""
        super().__init__(model if not hasattr(model, "arima_res_") else model.arima_res_)


class Pipeline(Forecaster):
    """A pipeline that changes the values before its ARIMA, and changes forecasts back."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401
        """Take in a fitted pipeline."""
        self._model = model
        self._inner = _fitted(model.steps_[-1][1])
        names = Arima(self._inner).regressors if self._inner is not None else ()
        self.regressors = tuple(name for name in names if not name.startswith("FOURIER"))

    def contract(self) -> Contract:
        """Return what the fit says of its series; see `Series`."""
        return Arima(self._inner).contract() if self._inner is not None else Contract()

    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast; see `Forecaster`."""
        del seed
        more = {} if future is None else {"X": future}
        answer = {"prediction": np.asarray(self._model.predict(n_periods=steps, **more), dtype=np.float64)}
        for level in levels:
            _, bounds = self._model.predict(n_periods=steps, return_conf_int=True, alpha=1 - level / 100, **more)
            answer |= dict(zip(interval_names(level), np.asarray(bounds, dtype=np.float64).T, strict=True))
        return answer
