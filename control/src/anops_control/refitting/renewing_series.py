"""What becomes of `[series]` of `ao.toml`: the calendar of the new fit, as a person has written that of the old one."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.series.calendar import Calendar

from anops_control.errors import CommandError
from anops_control.findings import REMOVED
from anops_control.init.calendar import Told, told_by
from anops_control.refitting.versions import Step

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_project.sections.series import SeriesSection

    from anops_control.refitting.renewing import Renewal

_QUIET = ("period", "gaps", "behind")
"""What callers need not know."""
_OF_CALLERS = ("time_zone", "keys", "updates")
_ABSENT: Mapping[str, Any] = {"period": (), "gaps": True, "behind": {}, "keys": (), "updates": False, "time_zone": None}


def renew_series(
    renewal: Renewal,
    ours: SeriesSection | None,
    theirs: Mapping[str, Any] | None,
    told: Told,
    *,
    is_new: bool,
    model: Path | None = None,
) -> None:
    """Bring the calendar of a series to what the new model says.

    Args:
        renewal: Takes in the changes.
        ours: What is written; None: the model before was of no series.
        theirs: What the new model says; None: it is of no series.
        told: What the person says of the calendar.
        is_new: Whether the model's file is another one than before.
        model: The new file, from the project's folder on; None: it lies in the project already.

    Raises:
        CommandError: Nobody says when the last observation of the new fit was, or it is none of the frequency's times.
    """
    if theirs is None:
        if ours is not None:
            renewal.add(("series",), REMOVED, step=Step.OTHER, told="the new model forecasts no time series")
        return
    if ours is None:
        for name, value in theirs.items():
            renewal.add(("series", name), value, step=Step.OTHER)
        renewal.told.append("the new model forecasts a time series: [series] is new")
        return
    _renew_calendar(renewal, ours, theirs, told, is_new=is_new, model=model)
    for name in (*_QUIET, *_OF_CALLERS):
        now, was = theirs.get(name, _ABSENT[name]), getattr(ours, name)
        if (name == "time_zone" and now is None) or _plain(now) == _plain(was):
            continue  # of the zone, most objects say nothing
        value = REMOVED if _plain(now) == _plain(_ABSENT[name]) and name != "updates" else now
        step = Step.OTHER if name in _OF_CALLERS else Step.SAME
        renewal.add(("series", name), value, step=step, told=f"the series has other `{name}`")


def _renew_calendar(
    renewal: Renewal,
    ours: SeriesSection,
    theirs: Mapping[str, Any],
    told: Told,
    *,
    is_new: bool,
    model: Path | None,
) -> None:
    frequency, last = theirs.get("frequency"), theirs.get("last")
    if frequency is None:
        frequency = ours.frequency
    elif ours.frequency is not None and last is not None:
        named = Calendar(ours.frequency, ours.time_zone).named(last, frequency)
        if named is not None:  # a person calls months by their last days, say
            frequency, last = ours.frequency, named
    frequency, last = told.frequency or frequency, told.last or last
    if last is None:
        if ours.last is None or not is_new:
            return
        file = "" if model is None else f" {shlex.quote(str(model))}"
        raise CommandError(
            f"The new model does not tell the time of its last observation, and `last` in [series], {ours.last}, is "
            "that of the model before: forecasts would have the wrong times.",
            remedy=f"Say it: ao refit{file} --last TIME",
            code=Code.USAGE,
        )
    told_by({"frequency": frequency, "last": last, "time_zone": ours.time_zone}, Told())
    if frequency != ours.frequency:
        said = f"the frequency of the series is {frequency}, and was {ours.frequency or 'not known'}"
        renewal.add(("series", "frequency"), frequency, step=Step.OTHER, told=said)
    if last != ours.last:
        said = f"the last observation of the fit is that of {last}, and was {ours.last or 'not known'}"
        renewal.add(("series", "last"), last, step=Step.SAME, told=said)


def other_calendar(ours: SeriesSection, theirs: Mapping[str, Any]) -> str | None:
    """Return in what the calendar of a model is another than what is written; None where it is the same."""
    frequency, last = theirs.get("frequency"), theirs.get("last")
    if frequency is None or last is None or ours.frequency is None or ours.last is None:
        return None
    calendar = Calendar(ours.frequency, ours.time_zone)
    own = calendar.named(last, frequency)
    if own is None:
        return f"The model's frequency is {frequency}, and `frequency` in [series] is {ours.frequency}."
    try:
        same = calendar.between(own, ours.last) == 0
    except ValueError:
        same = False
    if same:
        return None
    return f"The model's last observation is that of {own}, and `last` in [series] is {ours.last}."


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else value
