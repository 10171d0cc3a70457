"""The rule of what is due: which times have passed, which of them is run, and which were missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from anops_schedules.times import Times

IN_TIME = timedelta(seconds=90)
"""How late a run may begin and is still no missed one."""
LOOKS_BACK = (timedelta(days=31), timedelta(days=366))
"""How far times that were missed are counted: further only where there is none."""
CLOCK_WAS_WRONG = timedelta(days=1)
"""A time in the future by more was dealt with by a clock that was wrong."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done of a schedule now.

    Attributes:
        due: The time that is run now; None where none is.
        is_late: Whether that makes up for a time that was missed.
        missed: How many times are not run.
        handled: Up to which moment all is dealt with.
    """

    due: datetime | None
    is_late: bool
    missed: int
    handled: datetime


def decide(times: Times, handled: datetime, now: datetime, missed: str) -> Decision:
    """Decide what is to be done.

    Args:
        times: When the schedule is due.
        handled: Up to which moment all was dealt with.
        now: What the clock says.
        missed: `once` or `skip`.
    """
    if handled > now + CLOCK_WAS_WRONG:
        return Decision(None, is_late=False, missed=0, handled=now)
    count, last = _passed(times, handled, now)
    if last is None:
        return Decision(None, is_late=False, missed=0, handled=handled)
    is_late = now - last > IN_TIME
    if is_late and missed == "skip":
        return Decision(None, is_late=True, missed=count, handled=now)
    return Decision(last, is_late=is_late, missed=count - 1, handled=now)


def _passed(times: Times, handled: datetime, now: datetime) -> tuple[int, datetime | None]:
    """Return how many times have passed, and the last of them."""
    count, last = 0, None
    for begin in (*(now - span for span in LOOKS_BACK), handled):
        for each in times.between(max(handled, begin), now):
            count, last = count + 1, each
        if last is not None or begin <= handled:
            break
    return count, last
