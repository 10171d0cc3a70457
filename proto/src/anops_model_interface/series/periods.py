"""Counts periods of a frequency: each has a number, and each number is one moment."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_GRAMMAR = re.compile(r"(\d*)([A-Za-z]+)(?:-([A-Z]{3}))?")
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
_OLD: Mapping[str, str] = {
    "M": "ME", "Q": "QE", "A": "YE", "Y": "YE", "AS": "YS", "H": "h", "T": "min", "S": "s",
}  # fmt: skip
"""What older versions of pandas call a frequency."""
_SECONDS: Mapping[str, int] = {"s": 1, "min": 60, "h": 3600}
_SPANS: Mapping[str, int] = {"M": 1, "Q": 3, "Y": 12}
"""How many months a unit has."""
_WORKDAYS = 5
_EPOCH = date(1970, 1, 5)
"""A Monday."""
KNOWN = (
    "YS, YE, QS, QE, MS, ME, W, W-MON to W-SUN, D, B, h, min and s, with a number before them for several, as in 15min"
)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often there is an observation, by the names of pandas.

    Attributes:
        count: How many units a period has.
        unit: `s`, `min`, `h`, `D`, `B`, `W`, or a month, quarter or year: `M`, `Q`, `Y`.
        anchor: The weekday (0 is Monday) of a week, or the month that a quarter or a year begins with, from 0.
        at_end: Whether a period of months is named by its last day.
    """

    count: int
    unit: str
    anchor: int = 0
    at_end: bool = False

    @classmethod
    def of(cls, text: str) -> Frequency:
        """Read a frequency such as `MS`, `W-MON` or `15min`.

        Raises:
            ValueError: There is none of that name.
        """
        found = _GRAMMAR.fullmatch(text)
        if found is None:
            raise unknown(text)
        count, name, anchor = int(found[1] or 1), _OLD.get(found[2], found[2]), found[3]
        if count < 1:
            raise unknown(text)
        if name in _SECONDS or name in {"D", "B"}:
            if anchor or (name == "B" and count > 1):
                raise unknown(text)
            return cls(count, name)
        if name == "W":
            anchor = anchor or "SUN"  # as pandas has it
            if anchor not in _WEEKDAYS:
                raise unknown(text)
            return cls(count, "W", _WEEKDAYS.index(anchor))
        return cls._of_months(text, count, name, anchor)

    @classmethod
    def _of_months(cls, text: str, count: int, name: str, anchor: str | None) -> Frequency:
        if name[:-1] not in _SPANS or name[-1] not in {"S", "E"}:
            raise unknown(text)
        unit, at_end = name[0], name[-1] == "E"
        if unit == "M":
            if anchor:
                raise unknown(text)
            return cls(count, unit, 0, at_end)
        anchor = anchor or ("DEC" if at_end else "JAN")
        if anchor not in _MONTHS:
            raise unknown(text)
        month = _MONTHS.index(anchor)
        first = (month + 1) if at_end else month
        return cls(count, unit, first % _SPANS[unit] if unit == "Q" else first % 12, at_end)

    @property
    def has_days(self) -> bool:
        """Whether a period has one day or more."""
        return self.unit not in _SECONDS

    def number(self, moment: datetime) -> int | None:
        """Return the number of the unit that begins at a moment (ends on its day, for those that are so named).

        Args:
            moment: Without a zone; for units below a day, in UTC.

        Returns:
            The number; None where no unit begins there. The time of the day is not looked at for days and more.
        """
        if self.unit in _SECONDS:
            # moments on the grid of the first one: what follows each other is told by the difference alone
            seconds = (moment - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001  without a zone on purpose
            return int(seconds) if seconds.is_integer() else None
        day = moment.date()
        if self.unit == "D":
            return (day - _EPOCH).days
        if self.unit == "B":
            weeks, rest = divmod((day - _EPOCH).days, 7)
            return weeks * _WORKDAYS + rest if rest < _WORKDAYS else None
        if self.unit == "W":
            weeks, rest = divmod((day - _EPOCH).days - self.anchor, 7)
            return weeks if rest == 0 else None
        return self._months(day)

    def _months(self, day: date) -> int | None:
        if self.at_end:
            if day.day != calendar.monthrange(day.year, day.month)[1]:
                return None
        elif day.day != 1:
            return None
        span = _SPANS[self.unit]
        months = day.year * 12 + day.month - 1 - self.anchor
        if self.at_end:
            months += 1 - span
        number, rest = divmod(months, span)
        return number if rest == 0 else None

    @property
    def step(self) -> int:
        """How much the number grows from one period to the next."""
        return self.count * _SECONDS.get(self.unit, 1)

    def moment(self, number: int, like: datetime) -> datetime:
        """Return the moment of a number; what `number` gives.

        Args:
            number: The number.
            like: A moment with the time of the day that days and longer units have.

        Raises:
            OverflowError: It is beyond the year 9999.
        """
        if self.unit in _SECONDS:
            return datetime(1970, 1, 1) + timedelta(seconds=number)  # noqa: DTZ001  without a zone on purpose
        if self.unit == "D":
            day = _EPOCH + timedelta(days=number)
        elif self.unit == "B":
            weeks, rest = divmod(number, _WORKDAYS)
            day = _EPOCH + timedelta(days=weeks * 7 + rest)
        elif self.unit == "W":
            day = _EPOCH + timedelta(days=number * 7 + self.anchor)
        else:
            span = _SPANS[self.unit]
            months = number * span + self.anchor + (span - 1 if self.at_end else 0)
            year, month = divmod(months, 12)
            if not 1 <= year <= date.max.year:
                raise OverflowError("date value out of range")
            day = date(year, month + 1, calendar.monthrange(year, month + 1)[1] if self.at_end else 1)
        return datetime.combine(day, like.time())


def unknown(text: str) -> ValueError:
    """Return the error of a frequency that is none."""
    return ValueError(f"must be a frequency that is known ({KNOWN}), not {text!r}")
