"""Exponential smoothing of statsmodels: ETSModel, and ExponentialSmoothing, Holt and SimpleExpSmoothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from anops_worker.forecasts.forecaster import LEAD, Contract, Forecaster, interval_names
from anops_worker.forecasts.indexes import contract_of, next_index

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Smoothing(Forecaster):
    simulates = True
    updates = True
    gaps = False

    def __init__(self, results: Any) -> None:  # noqa: ANN401
        self._results = results

    def contract(self) -> Contract:
        """Return what the fit says of its series; see `Forecaster`."""
        model = self._results.model
        period = float(model.seasonal_periods or 0)
        index = model._index if model._index_dates else getattr(model.data, "row_labels", None)  # noqa: SLF001  there is no other way
        name = getattr(model.data.orig_endog, "name", None)
        return contract_of(index, value=name, period=(period,) if period > 1 else ())

    def paths(self, steps: int, future: pd.DataFrame | None, count: int, seed: int) -> np.ndarray:
        """Draw paths; see `Forecaster`."""
        del future
        drawn = self._results.simulate(steps, anchor="end", repetitions=count, rng=seed)
        return np.asarray(drawn, dtype=np.float64).reshape(steps, count)

    def _whole(self, observed: pd.DataFrame) -> Any:  # noqa: ANN401  a Series, or an array
        """Return the whole series.

        Raises:
            ValueError: A period has no observation: statsmodels would forecast nothing but NaN, without a word.
        """
        gap = observed.index[observed["value"].isna()]
        if len(gap):
            kind = type(self._results.model).__name__
            raise ValueError(
                f"{LEAD}there is no observation at step {gap[0]}, and an {kind} can't forecast across a gap"
            )
        model = self._results.model
        seen, values = model.data.orig_endog, observed["value"].to_numpy()
        if not isinstance(seen, pd.Series):
            return np.concatenate([np.asarray(seen, dtype=np.float64).ravel(), values])
        later = next_index(model._index, len(values))  # noqa: SLF001  the same
        whole = pd.concat([seen.set_axis(model._index), pd.Series(values, index=later, name=seen.name)])  # noqa: SLF001  the same
        freq: Any = getattr(model._index, "freq", None)  # noqa: SLF001  the same
        return whole.asfreq(freq) if isinstance(whole.index, pd.DatetimeIndex) else whole


class Ets(_Smoothing):
    """Results of an ETSModel."""

    def __init__(self, results: Any) -> None:  # noqa: ANN401
        """Take in results; the intervals of a multiplicative model are drawn."""
        super().__init__(results)
        model = results.model
        self.draws = "mul" in {model.error, model.trend, model.seasonal}

    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast; see `Forecaster`. Intervals of multiplicative models are simulated, with a seed of their own."""
        del future
        answer = {"prediction": np.asarray(self._results.forecast(steps), dtype=np.float64)}
        if not levels:
            return answer
        first = len(self._results.model.endog)
        found = self._results.get_prediction(start=first, end=first + steps - 1, rng=seed)
        for level in levels:
            frame = found.summary_frame(alpha=1 - level / 100)
            bounds = (frame[name].to_numpy(dtype=np.float64) for name in ("pi_lower", "pi_upper"))
            answer |= dict(zip(interval_names(level), bounds, strict=True))
        return answer

    def moved(self, observed: pd.DataFrame) -> Self:
        """Smooth the whole series with the parameters of the fit; see `Forecaster`."""
        model = self._results.model
        anew = type(model)(
            self._whole(observed),
            error=model.error,
            trend=model.trend,
            damped_trend=model.damped_trend,
            seasonal=model.seasonal,
            seasonal_periods=model.seasonal_periods,
            initialization_method=model.initialization_method,
            **self._initial(),
        )
        return type(self)(anew.smooth(self._results.params))

    def _initial(self) -> dict[str, Any]:
        if self._results.model.initialization_method != "known":
            return {}
        names = ("initial_level", "initial_trend", "initial_seasonal")
        return {name: value for name in names if (value := getattr(self._results, name, None)) is not None}


class HoltWinters(_Smoothing):
    """Results of ExponentialSmoothing, Holt or SimpleExpSmoothing, which have no intervals."""

    levels = False

    def __init__(self, results: Any, bias: float = 0.0) -> None:  # noqa: ANN401
        """Take in results.

        Args:
            results: They.
            bias: What they lack of a forecast: the mean error that the fit removed, which would be another mean with
                each observation.
        """
        super().__init__(results)
        self._bias = bias

    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast; see `Forecaster`."""
        del future, levels, seed
        return {"prediction": np.asarray(self._results.forecast(steps), dtype=np.float64) + self._bias}

    def moved(self, observed: pd.DataFrame) -> Self:
        """Smooth the whole series with the parameters of the fit; see `Forecaster`."""
        from statsmodels.tsa.holtwinters import ExponentialSmoothing  # noqa: PLC0415  imported with the model

        model, fitted = self._results.model, self._results.params
        initial = {"initial_level": fitted["initial_level"]}
        smoothing = {"smoothing_level": fitted["smoothing_level"]}
        if model.trend:
            initial["initial_trend"] = fitted["initial_trend"]
            smoothing["smoothing_trend"] = fitted["smoothing_trend"]
        if model.damped_trend:
            smoothing["damping_trend"] = fitted["damping_trend"]
        if model.seasonal:
            initial["initial_seasonal"] = fitted["initial_seasons"]
            smoothing["smoothing_seasonal"] = fitted["smoothing_seasonal"]
        anew = ExponentialSmoothing(
            self._whole(observed),
            trend=model.trend,
            damped_trend=model.damped_trend,
            seasonal=model.seasonal,
            seasonal_periods=model.seasonal_periods if model.seasonal else None,
            initialization_method="known",
            use_boxcox=fitted["lamda"] if fitted["use_boxcox"] else False,
            **initial,
        )
        bias = float(np.mean(self._results.resid)) if fitted["remove_bias"] else self._bias
        return type(self)(anew.fit(optimized=False, **smoothing), bias)
