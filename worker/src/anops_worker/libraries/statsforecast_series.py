"""What models of statsforecast forecast, one series or a panel of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from anops_model_interface.series.calendar import Calendar

from anops_worker.forecasts.forecaster import LEAD, Contract, Forecaster, Series, interval_names, ranges_seen
from anops_worker.forecasts.indexes import contract_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_worker.forecasts.forecaster import Key

_MOST_TOLD = 5


class StatsForecastPanel(Series):
    """A `StatsForecast` that was fitted."""

    gaps = False

    def __init__(self, fitted: Any) -> None:  # noqa: ANN401
        """Take in what was fitted."""
        self._fitted = fitted
        ids = [str(each) for each in fitted.uids]
        self._places = {each: place for place, each in enumerate(ids)}
        self.keys = {getattr(fitted, "id_col", "unique_id"): ids}
        names = [repr(model) for model in fitted.models]
        self._variants = {name: place for place, name in enumerate(names)}
        self.variants = tuple(names) if len(names) > 1 else ()
        used = any(getattr(model, "uses_exog", False) for model in fitted.models)
        self.regressors = tuple(str(name) for name in getattr(fitted, "_exog", ())) if used else ()
        self.seen = ranges_seen(self.regressors, fitted.ga.data[:, 1:] if self.regressors else None)
        self._contract, self._lags, self.notes = _calendar_of(fitted, ids)
        self.updates = all(_goes_on(self._member(0, place, 0)) for place in range(len(names)))

    def contract(self) -> Contract:
        """Return what the fit says of its series; see `Series`."""
        return self._contract

    def of(self, key: Key, variant: str | None) -> Forecaster:
        """Return the model of one series; see `Series`."""
        place = self._places.get(key[0])
        if place is None:
            raise ValueError(f"{LEAD}there is no series `{key[0]}`")
        return self._member(place, self._variants.get(variant or "", 0), self._lags[place])

    def _member(self, place: int, model: int, lag: int) -> Member:
        data = self._fitted.ga.data[self._fitted.ga.indptr[place] : self._fitted.ga.indptr[place + 1]]
        values = data if data.ndim == 1 else data[:, 0]
        given = data[:, 1:] if data.ndim > 1 and data.shape[1] > 1 else None
        return Member(self._fitted.fitted_[place, model], values, given, self.regressors, lag)


class Member(Forecaster):
    """One model of one series of a panel."""

    def __init__(
        self,
        model: Any,  # noqa: ANN401
        values: np.ndarray,
        given: np.ndarray | None,
        regressors: Sequence[str],
        lag: int,
    ) -> None:
        """Stand at the end of its data.

        Args:
            model: A fitted model.
            values: What it was fitted on.
            given: The regressors then.
            regressors: Their names.
            lag: How many periods earlier than the panel its data end.
        """
        self._model, self._values, self._given = model, values, given
        self.regressors, self.lag, self._is_moved = regressors, lag, False

    def contract(self) -> Contract:
        """Return nothing: the panel knows it; see `Series`."""
        return Contract()

    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast; see `Forecaster`."""
        del seed
        horizon = steps + self.lag
        asked: dict[str, Any] = {"level": [_number(level) for level in levels]} if levels else {}
        ahead = None if future is None else future.to_numpy()
        if ahead is not None and self.lag:
            # nobody knows those of the periods that it lacks; they have no say in the forecasts of later ones
            ahead = np.concatenate([np.repeat(ahead[:1], self.lag, axis=0), ahead])
        if self._is_moved:
            found = self._model.forward(y=self._values, h=horizon, X=self._given, X_future=ahead, **asked)
        else:
            found = self._model.predict(h=horizon, X=ahead, **asked)
        answer = {"prediction": _floats(found["mean"], self.lag)}
        for level in levels:
            lower, upper = interval_names(level)
            answer[lower] = _floats(found[f"lo-{_number(level)}"], self.lag)
            answer[upper] = _floats(found[f"hi-{_number(level)}"], self.lag)
        return answer

    def moved(self, observed: pd.DataFrame) -> Self:
        """Go on along the whole series, with the parameters of the fit; see `Forecaster`."""
        gap = observed.index[observed["value"].isna()]
        if len(gap):
            raise ValueError(
                f"{LEAD}there is no observation at step {gap[0]}, and statsforecast can't forecast across a gap"
            )
        values = np.concatenate([self._values, observed["value"].to_numpy(dtype=self._values.dtype)])
        given = self._given
        if given is not None:
            more = observed[list(self.regressors)].to_numpy(dtype=given.dtype)
            given = np.concatenate([given, more])
        later = type(self)(self._model, values, given, self.regressors, max(self.lag - len(observed), 0))
        later._is_moved = True  # noqa: SLF001  its own
        return later


class SingleModel(Forecaster):
    """A model by itself, which keeps no dates."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401
        """Take in a fitted model."""
        self._member = Member(model, np.zeros(0), None, (), 0)
        self._period = getattr(model, "season_length", 1)

    def contract(self) -> Contract:
        """Return what the fit says of its series; see `Series`."""
        return Contract(period=_periods(self._period))

    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast; see `Forecaster`."""
        return self._member.forecast(steps, future, levels, seed)


def _goes_on(member: Member) -> bool:
    """Say whether a model takes in an observation; one that is as expected must do."""
    try:
        none = pd.DataFrame(0.0, index=[1], columns=list(member.regressors)) if member.regressors else None
        expected = member.forecast(1, none, (), 1)["prediction"]
        step = pd.DataFrame({"value": expected}, index=[1])
        moved = member.moved(step if none is None else step.join(none))
        return bool(np.isfinite(moved.forecast(1, none, (), 1)["prediction"]).all())
    except Exception:  # noqa: BLE001  whatever it says, it can't
        return False


def _calendar_of(fitted: Any, ids: Sequence[str]) -> tuple[Contract, list[int], tuple[str, ...]]:  # noqa: ANN401
    """Return the contract, how many periods each series ends before the last, and what a person should know."""
    periods = _periods(getattr(fitted.models[0], "season_length", 1))
    name, keys = getattr(fitted, "target_col", "y"), (getattr(fitted, "id_col", "unique_id"),)
    indptr = fitted.ga.indptr
    dates = pd.Index(fitted.og_dates)
    found = Contract(period=periods, value="value" if name == "y" else str(name), keys=keys)
    if not isinstance(dates, pd.DatetimeIndex):
        return found, [0] * len(ids), ()
    longest = int(np.argmax(np.diff(indptr)))
    own = dates[indptr[longest] : indptr[longest + 1]]
    zone = getattr(pd.Index(fitted.last_dates), "tz", None)
    if zone is not None:
        own = own.tz_localize("UTC").tz_convert(zone) if own.tz is None else own.tz_convert(zone)
    told = contract_of(pd.DatetimeIndex(own), value=name, period=periods)
    frequency = _frequency(fitted.freq, told, own)
    if frequency is None:
        return found, [0] * len(ids), ()
    calendar = Calendar(frequency, told.time_zone)
    lasts = [_text(each) for each in pd.DatetimeIndex(pd.Index(fitted.last_dates))]
    last = max(lasts)
    lags = [calendar.between(each, last) for each in lasts]
    behind = {each: lag for each, lag in zip(ids, lags, strict=True) if lag}
    contract = Contract(frequency, last, told.time_zone, periods, found.value, keys, behind)
    return contract, lags, tuple(_notes(ids, lags, dates, indptr, calendar))


def _frequency(declared: object, told: Contract, own: pd.DatetimeIndex) -> str | None:
    """Return what was declared, where the dates follow each other by it; else what the dates tell."""
    names = [declared if isinstance(declared, str) else getattr(declared, "freqstr", None), told.frequency]
    for name in names:
        try:
            if name and Calendar(name, told.time_zone).between(_text(own[-2]), _text(own[-1])) == 1:
                return name
        except (ValueError, IndexError):
            continue
    return None


def _notes(
    ids: Sequence[str], lags: Sequence[int], dates: pd.DatetimeIndex, indptr: np.ndarray, calendar: Calendar
) -> list[str]:
    notes = []
    early = [each for each, lag in zip(ids, lags, strict=True) if lag]
    if early:
        notes.append(
            f"The data of {_some(early)} end before those of the others: they are forecast from their own end."
        )
    wrong = defaultdict(list)
    for place, each in enumerate(ids):
        own = dates[indptr[place] : indptr[place + 1]]
        try:
            whole = calendar.between(_text(own[0]), _text(own[-1])) == len(own) - 1
        except ValueError:
            whole = False
        if not whole:
            wrong["gaps"].append(each)
    if wrong["gaps"]:
        notes.append(
            f"The data of {_some(wrong['gaps'])} have gaps or repeated times, which statsforecast counts as if they "
            "followed each other: fill them and fit again, or the seasons are shifted."
        )
    return notes


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_MOST_TOLD])
    return shown if len(names) <= _MOST_TOLD else f"{shown} and {len(names) - _MOST_TOLD} more"


def _periods(season: object) -> tuple[float, ...]:
    listed: Sequence[Any] = season if isinstance(season, list | tuple) else [season]
    return tuple(float(each) for each in listed if float(each) > 1)


def _number(level: float) -> float:
    return int(level) if float(level).is_integer() else level


def _floats(values: Any, lag: int) -> np.ndarray:  # noqa: ANN401
    return np.asarray(values, dtype=np.float64)[lag:]


def _text(moment: pd.Timestamp) -> str:
    return moment.date().isoformat() if moment == moment.normalize() else moment.isoformat()
