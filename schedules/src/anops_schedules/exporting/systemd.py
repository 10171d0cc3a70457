"""Schedules as timers of systemd."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cronsim import CronSim

from anops_schedules.exporting.plan import Exported

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anops_schedules.exporting.plan import Planned
    from anops_schedules.times import Times

_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_ALL_DAYS = range(1, 32)


def timers(planned: Sequence[Planned]) -> Exported:
    """Return a timer and a service for each schedule."""
    files = {}
    for each in planned:
        unit = f"{each.project}-{each.name}"
        once = each.section.missed == "once"
        calendars = "\n".join(f"OnCalendar={spec}" for spec in calendars_of(each.times))
        files[f"{unit}.timer"] = (
            f"[Unit]\nDescription={_plain(each.about)}\n\n[Timer]\n{calendars}\n"
            f"AccuracySec=1s\nPersistent={'true' if once else 'false'}\n\n[Install]\nWantedBy=timers.target\n"
        )
        files[f"{unit}.service"] = (
            f"[Unit]\nDescription={_plain(each.about)}\n\n[Service]\nType=oneshot\n"
            f"WorkingDirectory={str(each.folder).replace('%', '%%')}\nExecStart={_command(each.command)}\n"
        )
    note = "systemd does not start a second run while one is still running, even where `overlap` is `together`."
    return Exported(files, (note,))


def calendars_of(times: Times) -> list[str]:
    """Return the times as systemd writes them; two where either of two days will do."""
    read = CronSim(times.at, datetime(2000, 1, 1, tzinfo=UTC))
    months = _list(read.months, range(1, 13))
    days = _list(read.days, _ALL_DAYS)
    clock = f"{_list(read.hours, range(24))}:{_list(read.minutes, range(60))}:00"
    weekdays = sorted({int(str(day)) % 7 for day in read.weekdays})
    named = ",".join(_DAYS[day] for day in weekdays)
    _, _, day, _, weekday = times.at.split()
    zone = times.zone.key
    if day.startswith("*") or weekday.startswith("*"):
        within = "" if len(weekdays) == 7 else f"{named} "
        return [f"{within}*-{months}-{days} {clock} {zone}"]
    return [f"*-{months}-{days} {clock} {zone}", f"{named} *-{months}-* {clock} {zone}"]


def _list(values: Iterable[object], all_: range) -> str:
    found = sorted(int(str(value)) for value in values)
    if found == list(all_):
        return "*"
    return ",".join(f"{value:02d}" for value in found)


def _command(words: Sequence[str]) -> str:
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if any(sign in word for sign in " '\"\\;") else escaped


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("%", "%%")
