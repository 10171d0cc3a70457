"""What a model of a time series says of it to whoever asks for forecasts."""

from __future__ import annotations

from functools import cached_property
from typing import Self

import msgspec

from anops_model_interface.series.calendar import Calendar


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
    """

    frequency: str | None = None
    last: str | None = None
    time_zone: str | None = None
    period: tuple[float, ...] = ()
    value: str = "value"
    time: str = "time"
    keys: tuple[str, ...] = ()
    updates: bool = False

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
