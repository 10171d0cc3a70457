"""What a model of a time series says of it to whoever asks for forecasts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

import msgspec

from anops_model_interface.series.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Sequence


class SeriesContract(msgspec.Struct, frozen=True, dict=True):
    """`[series]` of ao.toml, as the metadata of a model has it.

    Attributes:
        frequency: How often there is an observation, by the names of pandas; None where nobody knows.
        last: The time of the last observation of the fit; None where nobody knows.
        time_zone: Where a day begins.
        period: After how many observations the seasons repeat.
        value: The name of the column of values.
        time: The name of the column of times.
        keys: The columns that tell the series of a panel from each other.
        updates: Whether the model takes in new observations without being fitted again.
        gaps: Whether it goes across periods without an observation.
        behind: Of a panel, how many periods before `last` the data of a series end, by its key.
    """

    frequency: str | None = None
    last: str | None = None
    time_zone: str | None = None
    period: tuple[float, ...] = ()
    value: str = "value"
    time: str = "time"
    keys: tuple[str, ...] = ()
    updates: bool = False
    gaps: bool = True
    behind: dict[str, int] = {}

    def __hash__(self) -> int:
        """Return the same for the same contract: that of one model is asked for again and again."""
        return hash((self.frequency, self.last, self.time_zone, self.value, self.time, self.keys))

    def behind_of(self, key: Sequence[str]) -> int:
        """Return how many periods before `last` the data of a series end."""
        return self.behind.get(", ".join(key), 0)

    @property
    def earliest(self) -> str | None:
        """The last time of the fit of the series that ends first."""
        most = max(self.behind.values(), default=0)
        if self.calendar is None or self.last is None or most == 0:
            return self.last
        return self.calendar.after(self.last, 1, first=-most)[0]

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what the metadata has.

        Raises:
            ValueError: It is something else.
        """
        found = msgspec.json.decode(text, type=cls)
        _ = found.calendar
        return found

    @cached_property
    def calendar(self) -> Calendar | None:
        """The calendar that gives forecasts their times; None where it is not known."""
        if self.frequency is None or self.last is None:
            return None
        return Calendar(self.frequency, self.time_zone)
