"""The times that five fields of cron mean in a time zone, by cron's own rules of daylight saving."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from anops_control.errors import CommandError
from anops_model_interface.codes import Code
from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = {
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day-of-month": "1 to 31",
    "month": "1 to 12, or JAN to DEC",
    "day-of-week": "0 to 7, where 0 and 7 are Sunday, or MON to SUN",
}


class Times:
    """When something is due.

    A time that daylight saving leaves out is made up at the first moment after the gap, where hour and minute are
    fixed; one that comes twice counts the first time. Where the minute or the hour begins with `*`, the clock alone
    counts.
    """

    def __init__(self, at: str, zone: str) -> None:
        """Read the fields.

        Raises:
            CommandError: A field can't be read, or the time never comes.
        """
        self.at = " ".join(at.split())
        self.zone = ZoneInfo(zone)
        self._read()

    def _read(self) -> None:
        if len(self.at.split()) != 5:
            raise _refused(self.at, "it must have five fields: minute, hour, day of the month, month, day of the week")
        try:
            next(CronSim(self.at, datetime(2000, 1, 1, tzinfo=UTC)))
        except CronSimError as error:
            field = str(error).removeprefix("Bad ")
            if field == "day-of-month" and _is_a_day(self.at):
                raise _never(self.at) from error
            raise _refused(self.at, f"its {field.replace('-', ' ')} must be {_FIELDS.get(field, 'right')}") from error
        except StopIteration as error:
            raise _never(self.at) from error

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Yield the times after a moment, in the zone."""
        start = moment.astimezone(self.zone)
        for found in CronSim(self.at, start):
            if found.astimezone(UTC) > start.astimezone(UTC):  # in the hour that comes twice it begins too early
                yield found

    def next(self, moment: datetime, count: int = 1) -> list[datetime]:
        """Return the next times after a moment."""
        return list(islice(self.after(moment), count))

    def between(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Yield the times after a moment, up to and with another."""
        for found in self.after(after):
            if found.astimezone(UTC) > until.astimezone(UTC):
                return
            yield found

    def plain(self) -> str:
        """Return the fields as readers understand them that know no 7 for Sunday and no `*/2` beside a weekday.

        Raises:
            CommandError: Both the day of the month and that of the week must fit, which they can't say.
        """
        minute, hour, day, month, weekday = self.at.split()
        if weekday == "*":
            return self.at
        if (day.startswith("*") and day != "*") or weekday.startswith("*"):
            raise CommandError(
                f"`{self.at}` can't be written for this scheduler: it counts either of the two days as enough.",
                remedy="Name the days of the month, or those of the week, instead of `*/`.",
                code=Code.USAGE,
            )
        found = CronSim(self.at, datetime(2000, 1, 1, tzinfo=UTC)).weekdays
        days = ",".join(str(each) for each in sorted({int(str(each)) % 7 for each in found}))
        return f"{minute} {hour} {day} {month} {days}"

    def explained(self) -> str:
        """Say it in words: "At 02:30 on Monday"."""
        return str(CronSim(self.at, datetime(2000, 1, 1, tzinfo=UTC)).explain())


def _is_a_day(at: str) -> bool:
    """Whether the day of the month is one that some month has: then it is the month that lacks it."""
    minute, hour, day, _, weekday = at.split()
    try:
        CronSim(f"{minute} {hour} {day} * {weekday}", datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError:
        return False
    return True


def _refused(at: str, why: str) -> CommandError:
    return CommandError(
        f"`{at}` can't be read as times of a schedule: {why}.",
        remedy="Write, say, `30 2 * * 1-5` for half past two on working days.",
        code=Code.USAGE,
    )


def _never(at: str) -> CommandError:
    return CommandError(
        f"`{at}` never comes: no month that it names has such a day.",
        remedy="Name a day that each of its months has, or other months.",
        code=Code.USAGE,
    )
