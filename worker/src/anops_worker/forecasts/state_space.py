"""Models of statsmodels in state space: SARIMAX, ARIMA, UnobservedComponents and their like."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from anops_worker.forecasts.forecaster import Contract, Forecaster, interval_names, ranges_seen
from anops_worker.forecasts.indexes import contract_of, next_index
from anops_worker.forecasts.state_space_effects import effects_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_KEPT = 16
"""Forecasts of so many horizons and levels are kept, until there are new observations."""


class StateSpace(Forecaster):
    """Results of a model of one series in state space."""

    simulates = True

    def __init__(self, results: Any) -> None:  # noqa: ANN401
        self._results = results
        model = results.model
        self.regressors = tuple(str(name) for name in _regressors(model))
        self.seen = ranges_seen(self.regressors, _given(model))
        # with simple_differencing, statsmodels can't append, and apply() answers on the differenced scale
        self.updates = not getattr(model, "simple_differencing", False)
        self._effects = None if self.regressors else np.zeros(0)
        self._tried = not self.regressors
        self._kept: dict[tuple[int, tuple[float, ...]], dict[str, np.ndarray]] = {}

    def contract(self) -> Contract:
        """Return what the fit says of its series; see `Forecaster`."""
        model = self._results.model
        data = model.data
        index = model._index if model._index_dates else getattr(data, "row_labels", None)  # noqa: SLF001  there is no other way
        period = float(getattr(model, "seasonal_periods", 0) or 0)
        name = getattr(data.orig_endog, "name", None)
        return contract_of(index, value=name, period=(period,) if period > 1 else ())

    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast; see `Forecaster`.

        What does not depend on the regressors is the same for all requests, and kept.
        """
        del seed
        if not self._tried:
            self._effects, self._tried = effects_of(self._results, self.regressors), True
        if self._effects is None:
            return self._asked(steps, future, levels)
        asked = (steps, tuple(levels))
        if asked not in self._kept:
            none = None if future is None else pd.DataFrame(0.0, index=future.index, columns=future.columns)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[asked] = self._asked(steps, none, levels)
        known = self._kept[asked]
        if future is None:
            return known
        effect = future.to_numpy() @ self._effects
        return {name: values + effect for name, values in known.items()}

    def _asked(self, steps: int, future: pd.DataFrame | None, levels: Sequence[float]) -> dict[str, np.ndarray]:
        found = self._results.get_forecast(steps, **_exog(future))
        answer = {"prediction": np.asarray(found.predicted_mean, dtype=np.float64)}
        for level in levels:
            bounds = np.asarray(found.conf_int(alpha=1 - level / 100), dtype=np.float64)
            answer |= dict(zip(interval_names(level), bounds.T, strict=True))
        return answer

    def paths(self, steps: int, future: pd.DataFrame | None, count: int, seed: int) -> np.ndarray:
        """Draw paths; see `Forecaster`.

        Shocks are drawn step by step: statsmodels itself would draw others for more steps.
        """
        simulate, exog = self._results.simulate, _exog(future)
        source = "rng" if "rng" in inspect.signature(simulate).parameters else "random_state"
        space = self._results.model.ssm
        drawn = np.empty((steps, count))
        for path in range(count):
            start, shocks = (
                np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(path, part))) for part in range(2)
            )
            ahead = shocks.standard_normal((steps, space.k_endog + space.k_posdef))
            found = simulate(
                steps,
                anchor="end",
                measurement_shocks=ahead[:, : space.k_endog],
                state_shocks=ahead[:, space.k_endog :],
                pretransformed_measurement_shocks=False,
                pretransformed_state_shocks=False,
                **exog,
                **{source: start},
            )
            drawn[:, path] = np.asarray(found, dtype=np.float64).ravel()
        return drawn

    def moved(self, observed: pd.DataFrame) -> Self:
        """Append what was observed to the whole series; see `Forecaster`.

        Not by `extend` and not on a window: with a trend, both are wrong without a word.
        """
        model = self._results.model
        values: Any = observed["value"]
        more = observed[list(self.regressors)] if self.regressors else None
        if isinstance(model.data.orig_endog, pd.Series | pd.DataFrame):
            index = next_index(model._index, len(observed))  # noqa: SLF001  the same
            whole = model.data.orig_endog
            values = pd.Series(values.to_numpy(), index=index, name=getattr(whole, "name", None))
            if isinstance(whole, pd.DataFrame):
                values = values.to_frame(whole.columns[0])
            more = None if more is None else more.set_axis(index)
        else:
            values = values.to_numpy()
        given = getattr(model, "_input_exog", model.data.orig_exog)
        exog = more if more is None or isinstance(given, pd.DataFrame) else more.to_numpy()
        later = type(self)(self._results.append(values, refit=False, **({} if exog is None else {"exog": exog})))
        later._effects, later._tried = self._effects, self._tried  # noqa: SLF001  the parameters are the same
        return later


def _exog(future: pd.DataFrame | None) -> dict[str, Any]:
    # by position: statsmodels looks at neither names nor dates
    return {} if future is None else {"exog": future.to_numpy()}


def _given(model: Any) -> Any:  # noqa: ANN401
    # ARIMA puts its trend among the regressors; what it was given is kept beside
    return model._input_exog if hasattr(model, "_input_exog") else getattr(model.data, "orig_exog", None)  # noqa: SLF001  the same


def _regressors(model: Any) -> Sequence[object]:  # noqa: ANN401
    exog = _given(model)
    if exog is None:
        return ()
    width = exog.shape[1] if exog.ndim > 1 else 1
    if isinstance(exog, pd.DataFrame):
        return list(exog.columns)
    return [exog.name] if isinstance(exog, pd.Series) else [f"x{i + 1}" for i in range(width)]
