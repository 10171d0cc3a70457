"""`[series]`: the calendar of a model that forecasts a time series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from anops_model_interface.series.calendar import Calendar
from anops_model_interface.tables import After, Before, as_tuple, key

from anops_project.section import About, Section


def _is_frequency(value: str | None) -> str | None:
    if value is not None:
        Calendar(value)
    return value


def _is_zone(value: str | None) -> str | None:
    if value is not None:
        Calendar("D", value)
    return value


@dataclass(frozen=True, kw_only=True)
class SeriesSection(Section):
    """The calendar of a model that forecasts a time series, and what it takes in."""

    about: ClassVar = About("series", 3, "The calendar of a model that forecasts a time series.")

    frequency: Annotated[str | None, After(_is_frequency)] = key(
        "How often there is an observation, by the names of pandas: `YS`, `QS`, `MS`, `ME`, `W-MON`, `D`, `B`, `h`, "
        "`15min`. Without it, forecasts are numbered and have no times.",
        default=None,
    )
    last: str | None = key(
        "The time of the last observation that the model was fitted on, as in `1960-12-01` or `2026-11-30T18:00:00`; "
        "forecasts begin one period later.",
        default=None,
    )
    time_zone: Annotated[str | None, After(_is_zone)] = key(
        "The zone in which the series' days begin: `Europe/Berlin`.", default=None
    )
    period: Annotated[tuple[float, ...], Before(as_tuple)] = key(
        "How many observations a season has, as in `[12]`; several numbers if there are several seasons.", default=()
    )
    value: str = key("What is observed: the name of the column of values in observations.", default="value")
    time: str = key("The name of the column of times in observations and forecasts.", default="time")
    keys: Annotated[tuple[str, ...], Before(as_tuple)] = key(
        "The columns that tell the series of a panel from each other; none for a single series.", default=()
    )
    updates: bool = key("Whether the model takes in new observations without being fitted again.", default=False)
    gaps: bool = key(
        "Whether it goes across periods without an observation. Where it does not, forecasts go on from the last "
        "observation before the first gap.",
        default=True,
    )
    behind: dict[str, int] = key(
        "In a panel: the series whose data end before `last`, and by how many periods: `{ south = 3 }`.",
        default_factory=dict,
    )

    def __post_init__(self) -> None:
        _is_frequency(self.frequency)
        _is_zone(self.time_zone)
        if self.last is not None and self.frequency is not None:
            calendar = Calendar(self.frequency, self.time_zone)
            if not calendar.is_start(self.last):
                raise ValueError(f"`last` must be the time of a period of frequency {self.frequency}, not {self.last}")
