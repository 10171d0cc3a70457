"""When a key ends, as people write it: after a time, or at a day or moment."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

_SPAN = re.compile(r"([1-9][0-9]{0,5})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


def expiry_of(written: str) -> datetime:
    """Return when a key ends.

    Args:
        written: A time from now on, as `12h`, `90d`, `4w`; a day, which it outlives, in UTC; or a moment with its zone.

    Raises:
        CommandError: It is neither, or has passed.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    span = _SPAN.fullmatch(written)
    try:
        if span is not None:
            return now + timedelta(hours=int(span[1]) * _HOURS[span[2]])
        if len(written) == len("2027-01-31"):
            end = datetime.combine(date.fromisoformat(written) + timedelta(days=1), time(tzinfo=UTC))
        else:
            end = datetime.fromisoformat(written)
    except (ValueError, OverflowError):
        end = None
    if end is None or end.tzinfo is None:
        raise CommandError(
            f"A key can't expire at `{written}`.",
            remedy="Write a time as 12h, 90d or 4w, a day as 2027-01-31, or a moment as 2027-01-31T12:00:00Z.",
            code=Code.USAGE,
        )
    if end <= now:
        raise CommandError(f"A key can't expire at `{written}`, which has passed.", code=Code.USAGE)
    return end.astimezone(UTC)
