"""The rule of what is due: missed times, and a clock that is set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from anops_schedules.deciding import Decision, decide
from anops_schedules.times import Times

HOURLY = Times("0 * * * *", "UTC")
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def at(handled: datetime, now: datetime, missed: str = "once") -> Decision:
    return decide(HOURLY, handled, now, missed)


def test_nothing_is_due_between_two_times() -> None:
    found = at(NOON, NOON + timedelta(minutes=59))
    assert (found.due, found.missed, found.handled) == (None, 0, NOON)


def test_a_time_is_run_once() -> None:
    now = NOON + timedelta(hours=1, seconds=1)
    found = at(NOON, now)
    assert (found.due, found.is_late, found.missed) == (NOON + timedelta(hours=1), False, 0)
    assert at(found.handled, now).due is None


def test_times_that_were_missed_are_made_up_for_by_one_run() -> None:
    found = at(NOON, NOON + timedelta(hours=5, minutes=30))
    assert (found.due, found.is_late, found.missed) == (NOON + timedelta(hours=5), True, 4)


def test_times_that_were_missed_can_be_left_out() -> None:
    found = at(NOON, NOON + timedelta(hours=5, minutes=30), "skip")
    assert (found.due, found.missed, found.handled) == (None, 5, NOON + timedelta(hours=5, minutes=30))
    in_time = at(NOON, NOON + timedelta(hours=5, seconds=20), "skip")
    assert (in_time.due, in_time.is_late, in_time.missed) == (NOON + timedelta(hours=5), False, 4)


def test_a_clock_that_is_set_back_runs_nothing_twice() -> None:
    found = at(NOON, NOON - timedelta(hours=3))
    assert (found.due, found.handled) == (None, NOON)


def test_a_clock_that_was_far_ahead_does_not_silence_a_schedule() -> None:
    now = NOON + timedelta(hours=1, seconds=1)
    found = at(NOON + timedelta(days=3000), now)
    assert (found.due, found.handled) == (None, now)
    assert at(found.handled, now + timedelta(hours=1)).due == NOON + timedelta(hours=2)


def test_a_year_of_minutes_is_looked_at_in_a_moment() -> None:
    found = decide(Times("* * * * *", "UTC"), NOON - timedelta(days=365), NOON, "once")
    assert found.due == NOON
    assert found.missed == 31 * 24 * 60 - 1


def test_a_time_that_was_missed_years_ago_is_made_up_for() -> None:
    leap_day = Times("0 0 29 2 *", "UTC")
    found = decide(leap_day, datetime(2020, 1, 1, tzinfo=UTC), NOON, "once")
    assert (found.due, found.missed) == (datetime(2024, 2, 29, tzinfo=UTC), 1)
