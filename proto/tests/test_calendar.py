"""The calendar of a series gives the periods that pandas gives, and counts them."""

from __future__ import annotations

import pandas as pd
import pytest
from anops_model_interface.series.calendar import Calendar

FREQUENCIES = {
    "YS": "1899-01-01",
    "YE": "2023-12-31",
    "YS-APR": "2023-04-01",
    "YE-JUN": "2023-06-30",
    "QS": "2023-10-01",
    "QS-FEB": "2023-11-01",
    "QE": "2023-12-31",
    "QE-JAN": "2024-01-31",
    "MS": "1960-12-01",
    "ME": "2024-01-31",
    "3MS": "2024-01-01",
    "2QE": "2023-12-31",
    "W-MON": "2020-12-21",
    "W": "2026-12-20",
    "2W-THU": "2020-12-24",
    "D": "2024-02-26",
    "7D": "2024-02-26",
    "B": "2026-11-26",
    "h": "2024-02-28T22:00:00",
    "15min": "2024-02-28T23:30:00",
    "30s": "2024-02-28T23:59:30",
}


@pytest.mark.parametrize(("frequency", "last"), FREQUENCIES.items())
def test_periods_are_those_of_pandas(frequency: str, last: str) -> None:
    expected = pd.date_range(last, periods=41, freq=frequency)[1:]
    calendar = Calendar(frequency)
    times = calendar.after(last, 40)
    assert [pd.Timestamp(time) for time in times] == list(expected)
    assert [calendar.between(last, time) for time in times] == list(range(1, 41))
    assert calendar.between(times[4], last) == -5
    assert calendar.after(last, 2, first=9) == times[8:10]


def test_hours_pass_where_the_clocks_change_and_days_keep_their_time() -> None:
    hours = Calendar("h", "Europe/Berlin")
    assert hours.after("2026-03-29T01:00:00+01:00", 2) == ["2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"]
    assert hours.after("2026-10-25T01:00:00+02:00", 3) == [
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
        "2026-10-25T03:00:00+01:00",
    ]
    assert hours.between("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z") == 1
    days = Calendar("D", "Europe/Berlin")
    assert days.after("2026-03-28T06:00:00+01:00", 2) == ["2026-03-29T06:00:00+02:00", "2026-03-30T06:00:00+02:00"]
    assert days.between("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z") == 1
    assert days.after("2026-03-28", 2) == ["2026-03-29", "2026-03-30"]


def test_a_year_with_53_weeks_has_each_once() -> None:
    weeks = Calendar("W-MON").after("2020-12-14", 4)
    assert weeks == ["2020-12-21", "2020-12-28", "2021-01-04", "2021-01-11"]


@pytest.mark.parametrize(
    ("frequency", "time"),
    [("MS", "2024-01-02"), ("ME", "2023-02-28T00:00:00x"), ("ME", "2024-02-28"), ("W-MON", "2024-01-02"),
     ("B", "2026-11-28"), ("QS", "2024-02-01"), ("YE", "2024-12-30"), ("D", "tomorrow")],
)  # fmt: skip
def test_what_is_no_period_is_told(frequency: str, time: str) -> None:
    assert not Calendar(frequency).is_start(time)


def test_another_grid_is_told() -> None:
    with pytest.raises(ValueError, match="2024-02-01 is not a period of a series of frequency 2MS"):
        Calendar("2MS").between("2024-01-01", "2024-02-01")
    with pytest.raises(ValueError, match="is not a period of a series of frequency 15min"):
        Calendar("15min").between("2024-01-01T00:00:00", "2024-01-01T00:20:00")


@pytest.mark.parametrize("frequency", ["", "monthly", "M-FEB", "0D", "W-JAN", "2B", "QS-MON"])
def test_an_unknown_frequency_is_told(frequency: str) -> None:
    with pytest.raises(ValueError, match="must be a frequency that is known"):
        Calendar(frequency)


def test_the_end_of_the_calendar_is_told() -> None:
    with pytest.raises(ValueError, match="beyond the year 9999"):
        Calendar("YS").after("2026-01-01", 9000)


@pytest.mark.parametrize(
    ("frequency", "last", "end", "count"),
    [
        ("MS", "2020-12-01", "2021-03-31", 3),
        ("MS", "2020-12-01", "2021-03-01", 3),
        ("MS", "2020-12-01", "2020-12-31", 0),
        ("MS", "2020-12-01", "2019-01-01", 0),
        ("MS", "2020-12-01", "2021-02", 2),
        ("ME", "2024-01-31", "2024-02-29", 1),
        ("ME", "2024-01-31", "2024-02-28", 0),
        ("h", "2026-11-30T00:00:00", "2026-11-30T05:59:00", 5),
        ("W-MON", "2020-12-21", "2021-01-04", 2),
    ],
)
def test_an_end_takes_in_what_is_not_later(frequency: str, last: str, end: str, count: int) -> None:
    assert Calendar(frequency).until(last, end) == count
