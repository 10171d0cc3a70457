"""What a store of time series can do, for whoever reads and writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

Key = tuple[tuple[str, str], ...]
"""Which series of a panel: names of key columns and their values, sorted by name; empty for a single series."""


class StoreAwayError(Exception):
    """The store can't be reached or used now; the text says why. Nothing of what was to be written was written."""


class OtherSeriesError(Exception):
    """The store keeps a series of this name with another frequency, time zone or keys; the text says so."""


class DisagreementError(Exception):
    """Other values were observed before for some times. Nothing was written.

    Attributes:
        disagreements: All of them, in the order of the rows.
    """

    def __init__(self, disagreements: Sequence[Disagreement]) -> None:
        """Tell of them."""
        super().__init__(f"{len(disagreements)} observations differ from those that are kept")
        self.disagreements = tuple(disagreements)


@dataclass(frozen=True, slots=True)
class SeriesIdentity:
    """A series, or a panel of them, as a model has it.

    Attributes:
        name: The model's name: versions of one model share their observations.
        frequency: Its frequency, as an alias of pandas.
        time_zone: The IANA zone of its calendar.
        keys: Names of its key columns; none for a single series.
    """

    name: str
    frequency: str
    time_zone: str = "UTC"
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What was observed in one period.

    Attributes:
        time: The start of the period, in UTC.
        value: A finite number.
        key: Which series of the panel.
        regressors: What the regressors were then: numbers, texts, booleans.
    """

    time: datetime
    value: float
    key: Key = ()
    regressors: Mapping[str, float | str | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A row that is not as what was kept, or as an earlier row of the same call.

    Attributes:
        row: Which one, from 0.
        observation: It.
        kept: The value that is kept.
        earlier_row: The row of the same call that it contradicts, from 0; None where it contradicts what is kept.
    """

    row: int
    observation: Observation
    kept: float
    earlier_row: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of observations.

    Attributes:
        new: How many were taken in.
        same: How many were known already, with the same values.
        corrected: How many replaced another value.
        late: How many of the new ones are earlier than one that was kept before.
        version: The version of the state after them.
    """

    new: int
    same: int
    corrected: int
    late: int
    version: str


@dataclass(frozen=True, slots=True)
class State:
    """What was observed since a model was fitted.

    Attributes:
        version: A text that is another after every change, and in every store.
        observations: By key, and for each by time.
    """

    version: str
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """One step of a forecast that was given.

    Attributes:
        time: The start of its period, in UTC.
        step: Which step it was, from 1.
        prediction: The point forecast.
        bounds: Limits of intervals, such as `lower_80`.
        key: Which series of the panel.
    """

    time: datetime
    step: int
    prediction: float
    bounds: Mapping[str, float] = field(default_factory=dict)
    key: Key = ()


@dataclass(frozen=True, slots=True)
class Given:
    """By whom and from what forecasts were made.

    Attributes:
        request_id: The request that they answered.
        made: When, in UTC.
        model_version: The version of the model.
        digest: Which fit it is; empty where nobody knows.
        state: The version of the state that they go on from; empty where the model had none.
    """

    request_id: str
    made: datetime
    model_version: str
    digest: str = ""
    state: str = ""


class SeriesStore(Protocol):
    """A store. It is used in one thread at a time; several processes may share what it keeps."""

    def observe(
        self, series: SeriesIdentity, rows: Sequence[Observation], *, received: datetime, corrections: bool = False
    ) -> Report:
        """Take in observations: all of them, or none.

        One that is known with the same value changes nothing. One for a time between others is as good as one at the
        end.

        Args:
            series: Which series.
            rows: The observations, in any order.
            received: When they came, in UTC.
            corrections: Let one replace another value for the same time; what it replaces is kept aside.

        Raises:
            DisagreementError: One contradicts what is kept, and is not to replace it; or another row.
            OtherSeriesError: The series is kept with another frequency, time zone or keys.
            StoreAwayError: The store can't be used now.
        """

    def state(self, series: SeriesIdentity, *, after: datetime | None = None) -> State:
        """Return what was observed.

        Args:
            series: Which series.
            after: The last time that the model was fitted on; only what is later is returned.

        Raises:
            OtherSeriesError, StoreAwayError: As `observe()`.
        """

    def version(self, series: SeriesIdentity) -> str:
        """Return the version of a series' state alone; it costs little.

        Raises:
            StoreAwayError: The store can't be used now.
        """

    def keep(self, kept: Sequence[tuple[SeriesIdentity, Given, Sequence[Forecast]]]) -> None:
        """Keep forecasts that were given: all of them, or none.

        Raises:
            StoreAwayError: The store can't be used now.
        """

    def forecasts(self, series: SeriesIdentity, *, after: datetime | None = None) -> list[tuple[Given, Forecast]]:
        """Return the forecasts that were given for times later than `after`, in the order they were made.

        Raises:
            StoreAwayError: The store can't be used now.
        """

    def judged(self, series: SeriesIdentity, *, digest: str, most: int) -> list[tuple[float, Mapping[str, float]]]:
        """Return what was observed last, with the bounds that a fit forecast for it last, before it was known.

        Args:
            series: Which series.
            digest: Which fit.
            most: How many observations, of those that were forecast.

        Raises:
            StoreAwayError: The store can't be used now.
        """

    def close(self) -> None:
        """Let go of the store."""
