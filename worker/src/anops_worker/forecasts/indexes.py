"""What an index of pandas says of the calendar of a series."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
from anops_model_interface.series.calendar import Calendar

from anops_worker.forecasts.forecaster import Contract

_PERIODS = {"Y": "YS", "A": "YS", "Q": "QS", "M": "MS"}
"""Periods of pandas by the frequency of their first days."""
_FEWEST = 3
"""Of fewer times nobody can say how they follow each other."""
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]


def contract_of(index: Any, *, value: object = None, period: tuple[float, ...] = ()) -> Contract:  # noqa: ANN401
    """Return what the index of the data of a fit says.

    Args:
        index: Any index.
        value: The name of the data, if it has one.
        period: After how many observations the seasons repeat.
    """
    name = str(value) if isinstance(value, str) and value not in {"", "y"} else "value"
    frequency, last, zone = None, None, None
    if isinstance(index, pd.PeriodIndex) and len(index):
        frequency, last = _first_days(index.freqstr), _text(index[-1].start_time)
    elif isinstance(index, pd.DatetimeIndex) and len(index):
        frequency = index.freqstr or pd.infer_freq(index) if len(index) > 2 else index.freqstr
        zone = None if index.tz is None else str(index.tz)
        last = _text(index[-1])
    return Contract(frequency, last, zone, period, name)


def frequency_with_gaps(times: pd.DatetimeIndex) -> str | None:
    """Return the frequency of times of which some are missing; None where they have none.

    It is the longest of which all of them are periods, where most of them follow each other directly.

    Args:
        times: Without a zone, in their order, each once.
    """
    if len(times) < _FEWEST:
        return None
    texts = [_text(moment) for moment in times]
    weekday = f"W-{_WEEKDAYS[times[0].dayofweek]}"
    for name in ("YS", "YE", "QS", "QE", "MS", "ME", weekday, "B", "D", "h", "30min", "15min", "10min", "5min", "min"):
        calendar = Calendar(name)
        try:
            steps = [calendar.between(one, other) for one, other in pairwise(texts)]
        except ValueError:
            continue
        if steps.count(1) * 2 > len(steps):
            return name
    return None


def next_index(index: Any, count: int) -> Any:  # noqa: ANN401
    """Return the index of the periods that follow those of an index; None where it has none that goes on."""
    if isinstance(index, pd.PeriodIndex):
        return pd.period_range(index[-1] + 1, periods=count, freq=index.freq)
    if isinstance(index, pd.DatetimeIndex):
        return pd.date_range(index[-1], periods=count + 1, freq=index.freq)[1:]
    return pd.RangeIndex(len(index), len(index) + count)


def _text(moment: pd.Timestamp) -> str:
    at_midnight = moment == moment.normalize()
    return moment.date().isoformat() if at_midnight else moment.isoformat()


def _first_days(name: str) -> str:
    """Return the frequency of the first days of periods: `Q-DEC` has quarters that begin in January."""
    unit, _, anchor = name.partition("-")
    head = unit.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    kind = unit[len(head) :]
    if kind in {"Y", "A", "Q"}:
        first = _MONTHS[(_MONTHS.index(anchor or "DEC") + 1) % 12]
        return f"{head}{_PERIODS[kind]}-{first}" if first != "JAN" else f"{head}{_PERIODS[kind]}"
    if kind == "W":
        return f"{head}W-{_WEEKDAYS[(_WEEKDAYS.index(anchor or 'SUN') + 1) % 7]}"
    return f"{head}{_PERIODS.get(kind, kind)}"
