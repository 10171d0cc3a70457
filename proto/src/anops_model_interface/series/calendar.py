"""The calendar of a time series: which period follows which, and at what time each is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from anops_model_interface.series.periods import Frequency

_MONTH = re.compile(r"\d{4}-\d{2}")
_MOST = 1 << 31
"""No series has more periods."""
_DATE_LENGTH = len("2026-11-30")


@dataclass(frozen=True)
class Calendar:
    """The calendar of a series.

    Times are texts in ISO 8601. A series of days or longer periods has dates, or the same time of the day on each date
    (also where the clocks change in between); one of hours or less has times, which follow each other by the time that
    passes.

    Attributes:
        frequency: By the names of pandas: `MS`, `W-MON`, `D`, `15min`.
        time_zone: Where a day begins: `Europe/Berlin`. Times without an offset are meant there.
    """

    frequency: str
    time_zone: str | None = None

    def __post_init__(self) -> None:
        _ = self._frequency, self._zone

    @cached_property
    def _frequency(self) -> Frequency:
        return Frequency.of(self.frequency)

    @cached_property
    def _zone(self) -> ZoneInfo | None:
        if self.time_zone is None:
            return None
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"must be a time zone such as Europe/Berlin, not {self.time_zone!r}") from error

    def after(self, last: str, count: int, first: int = 1) -> list[str]:
        """Return the times of the periods that follow a period.

        Args:
            last: The time of a period.
            count: How many.
            first: How many periods behind `last` the first of them is.

        Raises:
            ValueError: `last` is no time of a period, or the calendar ends before the last of them.
        """
        begin, like = self._number(last), self._local(self._read(last))
        whole = self._has_days and not self._has_time(last)
        step = self._frequency.step
        try:
            return [self._text(begin + step * (first + i), like, whole=whole) for i in range(count)]
        except OverflowError as error:
            raise ValueError(f"can't go {count} periods on from {last}: that is beyond the year 9999") from error

    def between(self, earlier: str, later: str) -> int:
        """Count the periods from one to another: 1 where one follows the other, below 0 where it lies before it.

        Raises:
            ValueError: One of them is no time of a period of the same series.
        """
        first, second = self._number(earlier), self._number(later)
        count, rest = divmod(second - first, self._frequency.step)
        same_time = not self._has_days or self._clock(earlier) == self._clock(later)
        if rest or not same_time:
            raise ValueError(f"{later} is not a period of a series of frequency {self.frequency} that has {earlier}")
        return count

    def until(self, last: str, end: str) -> int:
        """Count the periods behind one whose time is not later than an end, which need be no time of a period.

        Raises:
            ValueError: One of them is no time.
        """
        start, to = self._number(last), self._read(end)
        stop = self._local(to) if self._has_days else self._utc(to)
        like = self._local(self._read(last))
        if self._has_days and not self._has_time(end):
            stop = datetime.combine(stop.date(), like.time())
        low, high = 0, _MOST
        while low < high:
            middle = (low + high + 1) // 2
            try:
                late = self._frequency.moment(start + middle * self._frequency.step, like) > stop
            except OverflowError:
                late = True
            low, high = (low, middle - 1) if late else (middle, high)
        return low

    def named(self, time: str, frequency: str) -> str | None:
        """Return what a period is called here that another frequency calls by a time.

        `ME` has other times than `MS` for the same months.

        Returns:
            Its time; None where the other frequency has other periods.

        Raises:
            ValueError: The time is none of the other frequency.
        """
        other = Frequency.of(frequency)
        if (other.count, other.unit, other.anchor) != (
            self._frequency.count, self._frequency.unit, self._frequency.anchor,
        ):  # fmt: skip
            return None
        if other == self._frequency:
            return time
        local = self._local(self._read(time))
        number = other.number(local)
        if number is None:
            raise ValueError(f"{time} is not the time of a period of frequency {frequency}")
        return self._text(number, local, whole=not self._has_time(time))

    def is_start(self, time: str) -> bool:
        """Say whether a text is the time of a period."""
        try:
            self._number(time)
        except ValueError:
            return False
        return True

    @property
    def _has_days(self) -> bool:
        return self._frequency.has_days

    def _number(self, time: str) -> int:
        moment = self._read(time)
        number = self._frequency.number(self._local(moment) if self._has_days else self._utc(moment))
        if number is None:
            raise ValueError(f"{time} is not the time of a period of frequency {self.frequency}")
        return number

    def _read(self, time: str) -> datetime:
        try:
            return datetime.fromisoformat(f"{time}-01" if _MONTH.fullmatch(time) else time)
        except ValueError as error:
            raise ValueError(f"{time!r} is not a date or time such as 2026-11-30 or 2026-11-30T18:00:00") from error

    def _local(self, moment: datetime) -> datetime:
        """Return what a clock of the series' zone shows, without the zone."""
        if moment.tzinfo is None:
            return moment
        return moment.astimezone(self._zone or UTC).replace(tzinfo=None)

    def _utc(self, moment: datetime) -> datetime:
        if moment.tzinfo is None and self._zone is None:
            return moment
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=self._zone)
        return aware.astimezone(UTC).replace(tzinfo=None)

    def _clock(self, time: str) -> object:
        return self._local(self._read(time)).time()

    def _has_time(self, time: str) -> bool:
        return len(time) > _DATE_LENGTH

    def _text(self, number: int, like: datetime, *, whole: bool) -> str:
        moment = self._frequency.moment(number, like)
        if whole:
            return moment.date().isoformat()
        if self._zone is None:
            return moment.isoformat()
        if self._has_days:
            return moment.replace(tzinfo=self._zone).isoformat()
        return moment.replace(tzinfo=UTC).astimezone(self._zone).isoformat()
