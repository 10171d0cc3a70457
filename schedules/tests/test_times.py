"""The times that five fields mean: weekdays, both kinds of day, daylight saving, and times that never come."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from anops_control.errors import CommandError
from anops_schedules.times import Times

ZONE = "Europe/Brussels"
"""Its clock goes from 02:00 to 03:00 on 2026-03-29, and from 03:00 back to 02:00 on 2026-10-25."""


def after(at: str, *moment: int, count: int = 3, fold: int = 0) -> list[str]:
    found = Times(at, ZONE).next(datetime(*moment, fold=fold, tzinfo=ZoneInfo(ZONE)), count)  # type: ignore[misc, arg-type]
    return [each.isoformat(timespec="minutes") for each in found]


@pytest.mark.parametrize("day", ["0", "7", "SUN"])
def test_sunday_is_0_and_7_and_monday_is_1(day: str) -> None:
    assert after(f"0 9 * * {day}", 2026, 11, 30, count=1) == ["2026-12-06T09:00+01:00"]
    assert after("0 9 * * 1", 2026, 11, 30, 10, count=1) == ["2026-12-07T09:00+01:00"]


def test_either_of_two_days_will_do() -> None:
    found = after("0 0 13 * 5", 2026, 12, 5, count=3)  # the 13th is a Sunday
    assert found == ["2026-12-11T00:00+01:00", "2026-12-13T00:00+01:00", "2026-12-18T00:00+01:00"]


def test_a_time_that_is_left_out_in_spring_is_made_up_for_once() -> None:
    assert after("30 2 * * *", 2026, 3, 28, 12) == [
        "2026-03-29T03:00+02:00",
        "2026-03-30T02:30+02:00",
        "2026-03-31T02:30+02:00",
    ]
    assert after("30 * * * *", 2026, 3, 29, 1, count=2) == ["2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00"]


def test_a_time_that_comes_twice_in_autumn_counts_once() -> None:
    assert after("30 2 * * *", 2026, 10, 24, 12, count=2) == ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]
    assert after("30 * * * *", 2026, 10, 25, 2, count=2) == ["2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"]


def test_no_time_before_the_moment_is_given_in_the_hour_that_comes_twice() -> None:
    assert after("30 2 * * *", 2026, 10, 25, 2, 10, fold=1, count=1) == ["2026-10-26T02:30+01:00"]


def test_a_leap_day_comes() -> None:
    assert after("0 0 29 2 *", 2026, 11, 30, count=1) == ["2028-02-29T00:00+01:00"]


@pytest.mark.parametrize("at", ["0 0 30 2 *", "0 0 31 4,6,9,11 *"])
def test_a_time_that_never_comes_is_refused(at: str) -> None:
    with pytest.raises(CommandError, match=r"never comes: no month that it names has such a day"):
        Times(at, ZONE)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("61 0 * * *", "its minute must be 0 to 59"),
        ("0 24 * * *", "its hour must be 0 to 23"),
        ("0 0 32 * *", "its day of month must be 1 to 31"),
        ("0 0 * 13 *", "its month must be 1 to 12"),
        ("0 0 * * 8", "its day of week must be 0 to 7"),
        ("* * * *", "it must have five fields"),
        ("* * * * * *", "it must have five fields"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(at: str, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        Times(at, ZONE)
    assert said in refused.value.message


def test_times_between_two_moments_include_the_last() -> None:
    hour = datetime(2026, 11, 30, 12, tzinfo=UTC)
    found = list(Times("*/20 * * * *", "UTC").between(hour, hour.replace(hour=13)))
    assert [each.minute for each in found] == [20, 40, 0]
