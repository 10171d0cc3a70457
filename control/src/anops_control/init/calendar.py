"""The calendar of a series, where the model does not tell it: a person says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.series.calendar import Calendar

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_project.description import Description

_USUAL = {
    "1": "YS", "4": "QS", "5": "B", "7": "D", "12": "MS", "24": "h", "48": "30min", "52": "W", "96": "15min",
    "168": "h", "336": "30min", "365": "D", "8766": "h",
}  # fmt: skip
"""What a season of so many periods mostly is."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a person says of the calendar.

    Attributes:
        frequency: How often there is an observation, by the names of pandas.
        last: The time of the last observation of the fit.
    """

    frequency: str | None = None
    last: str | None = None


def lacking(series: Mapping[str, Any] | None) -> list[str]:
    """Return what of the calendar a model does not tell; nothing where it is of no series."""
    return [] if series is None else [name for name in ("frequency", "last") if name not in series]


def usual_frequency(series: Mapping[str, Any]) -> str:
    """Return the frequency that a season of so many periods mostly means."""
    shortest = min((float(each) for each in series.get("period") or ()), default=12.0)
    return _USUAL.get(str(int(shortest)), "MS")


def told_by(series: Mapping[str, Any], told: Told) -> dict[str, Any]:
    """Return what is known of a series, with what a person says of its calendar.

    Raises:
        CommandError: The frequency is none, or the last time none of its periods.
    """
    known = {"frequency": told.frequency, "last": told.last}
    series = {**{name: value for name, value in known.items() if value is not None}, **_others(series, known)}
    frequency, last = series.get("frequency"), series.get("last")
    try:
        calendar = None if frequency is None else Calendar(frequency, series.get("time_zone"))
    except ValueError as error:
        raise CommandError(f"The frequency {error}.", code=Code.USAGE) from error
    if calendar is not None and last is not None:
        try:
            calendar.after(last, 1)
        except ValueError as error:
            raise CommandError(
                f"The last observation can't be at {last}: {error}.",
                remedy="Name the time of the last observation that the model was fitted on, as in 2026-11-01.",
                code=Code.USAGE,
            ) from error
    return series


def with_calendar(description: Description, told: Told) -> Description:
    """Return a description with what a person says of the calendar.

    Raises:
        CommandError: The model is of no series, or what is said can't be.
    """
    series = description.series
    if series is not None and not {"time", series.get("value", "value")}.isdisjoint(description.schema.inputs):
        description = replace(description, series=_with_own_names(series, frozenset(description.schema.inputs)))
    if told == Told():
        return description
    if description.series is None:
        raise CommandError(
            "--frequency and --last are for models of a time series, and this one predicts rows.",
            remedy="Leave them out.",
            code=Code.USAGE,
        )
    return replace(description, series=told_by(description.series, told))


def _with_own_names(series: Mapping[str, Any], taken: frozenset[str]) -> dict[str, Any]:
    """Return what is known of a series, its columns of times and values under names that no regressor has."""
    names = {"time": ("time", "timestamp"), "value": (series.get("value", "value"), "observed")}
    return {**series, **{key: next(name for name in some if name not in taken) for key, some in names.items()}}


def write_calendar(config: Path, series: Mapping[str, Any]) -> None:
    """Write a calendar into a new ao.toml, in place of the lines that ask for it."""
    lines = config.read_text(encoding="utf-8").splitlines(keepends=True)
    for place, line in enumerate(lines):
        for name in ("frequency", "last"):
            if line.startswith(f"# {name} = ") and name in series:
                lines[place] = f'{name} = "{series[name]}"\n'
    config.write_text("".join(lines), encoding="utf-8")


def _others(series: Mapping[str, Any], known: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in series.items() if known.get(name) is None}
