"""Dates and datetimes as text: ISO 8601 in one form each, datetimes in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


def utc_text(seconds: float) -> str:
    """Return a time in seconds since 1970 as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def canonical_moment(text: str, kind: str, timezone: str | None = None) -> str | None:
    """Bring a date or datetime into the form in which it travels.

    Args:
        text: ISO 8601; a datetime without offset is read in `timezone`. A bare date is midnight there.
        kind: "date" or "datetime".
        timezone: The column's IANA time zone; None: UTC.

    Returns:
        `2026-11-21`, or `2026-11-21T10:00:00Z` (with microseconds where there are some); None where the text
        is neither.
    """
    text = text.strip()
    try:
        if kind == "date":
            return date.fromisoformat(text).isoformat() if len(text) == 10 else _whole_day(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone(timezone))
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=None).isoformat() + "Z"


@lru_cache(maxsize=64)
def zone(name: str | None) -> ZoneInfo:
    """Return a time zone by its IANA name; None is UTC.

    Raises:
        ZoneInfoNotFoundError: There is no such zone (a `KeyError`).
    """
    return ZoneInfo(name or "UTC")


def _whole_day(text: str) -> str | None:
    """Read `2026-11-21T00:00:00`, which many programs write for a date, as that date."""
    moment = datetime.fromisoformat(text)
    midnight = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    return moment.date().isoformat() if midnight and len(text) > 10 else None
