"""Prophet, whose rows are dates."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.series.calendar import Calendar

from anops_worker.forecasts.family import forecast_family
from anops_worker.forecasts.forecaster import LEAD, Contract, Forecaster, interval_names
from anops_worker.forecasts.indexes import contract_of, frequency_with_gaps
from anops_worker.libraries import library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anops_worker.families.family import Family


class Prophet(library.Library):
    """What is known of prophet."""

    follows_conventions = False

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  any object of the library
        """Return how a model is asked; see `Library`."""
        return forecast_family(ProphetSeries(model)) if getattr(model, "history", None) is not None else None

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Say that it was not fitted; see `Library`."""
        return (
            None if getattr(model, "history", None) is not None else "it is not fitted: call fit() before it is saved"
        )


class ProphetSeries(Forecaster):
    """A fitted Prophet."""

    simulates = True
    draws = True

    def __init__(self, model: Any) -> None:  # noqa: ANN401
        """Take in what was fitted."""
        self._model = model
        # of logistic growth, the capacity is given for each date too
        bounds = ("cap", *(["floor"] if getattr(model, "logistic_floor", False) else []))
        conditions = [each["condition_name"] for each in model.seasonalities.values() if each.get("condition_name")]
        self.booleans = tuple(dict.fromkeys(conditions))
        self.regressors = (*model.extra_regressors, *(bounds if model.growth == "logistic" else ()), *self.booleans)
        self.levels = bool(model.uncertainty_samples)
        self.simulates = self.levels
        times = pd.DatetimeIndex(pd.to_datetime(model.history_dates).sort_values().unique())
        self._contract = contract_of(times, value="y")
        if self._contract.frequency is None:
            found = frequency_with_gaps(times)
            self._contract = replace(self._contract, frequency=found)
            self.notes = (f"Some dates are missing from the data of the fit; its frequency is taken to be {found}.",)

    def contract(self) -> Contract:
        """Return what the fit says of its series; see `Series`."""
        return self._contract

    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast; see `Forecaster`. Intervals are drawn, with the seed."""
        rows = self._rows(steps, future)
        answer: dict[str, np.ndarray] = {}
        for level in levels:
            with _setting(self._model, interval_width=level / 100), _seeded(seed):
                found = self._model.predict(rows)
            answer["prediction"] = found["yhat"].to_numpy(dtype=np.float64)
            bounds = (found[name].to_numpy(dtype=np.float64) for name in ("yhat_lower", "yhat_upper"))
            answer |= dict(zip(interval_names(level), bounds, strict=True))
        if not levels:
            with _setting(self._model, uncertainty_samples=0):
                answer["prediction"] = self._model.predict(rows)["yhat"].to_numpy(dtype=np.float64)
        return answer

    def paths(self, steps: int, future: pd.DataFrame | None, count: int, seed: int) -> np.ndarray:
        """Draw paths; see `Forecaster`."""
        with _setting(self._model, uncertainty_samples=count), _seeded(seed):
            drawn = self._model.predictive_samples(self._rows(steps, future))
        return np.asarray(drawn["yhat"], dtype=np.float64)[:, :count]

    def _rows(self, steps: int, future: pd.DataFrame | None) -> pd.DataFrame:
        """Return the dates of steps, in their order: prophet sorts its rows."""
        frequency, last = self._contract.frequency, self._contract.last
        if frequency is None or last is None:
            raise ValueError(
                f"{LEAD}the dates of the fit follow no known frequency, so the next ones are unknown: fit the model on "
                "days, months or other periods, some of which may be missing"
            )
        rows = pd.DataFrame({"ds": pd.to_datetime(Calendar(frequency).after(last, steps))})
        given = pd.DataFrame() if future is None else future
        for name in self.regressors:
            values = given[name].to_numpy()
            rows[name] = values != 0 if name in self.booleans else values
        return rows


@contextmanager
def _setting(model: Any, **values: Any) -> Iterator[None]:  # noqa: ANN401
    before = {name: getattr(model, name) for name in values}
    for name, value in values.items():
        setattr(model, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(model, name, value)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Let prophet, which draws by NumPy's own generator, draw from a seed."""
    before = np.random.get_state()  # noqa: NPY002  what prophet draws by
    np.random.seed(seed)  # noqa: NPY002  the same
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002  the same
