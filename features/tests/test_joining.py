"""Point-in-time joins against a reference that compares every row with every other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from anops_control.errors import CommandError
from anops_features.joining import joined
from anops_project.sections.features import FeatureSection
from hypothesis import given, settings
from hypothesis import strategies as st

START = datetime(2026, 1, 1, tzinfo=UTC)
VIEW = FeatureSection(dataset="balances", entity=("account",), time="at", columns=("balance",), ttl="3 h")
TIMES = pa.timestamp("us", tz="UTC")


def table(rows: list[tuple[Any, ...]], names: list[str], kind: Any = TIMES) -> Any:
    columns = list(zip(*rows, strict=True)) or [[] for _ in names]
    kinds = {"at": kind, "account": pa.int64(), "balance": pa.float64(), "written": TIMES}
    return pa.table({name: pa.array(list(each), kinds[name]) for name, each in zip(names, columns, strict=True)})


def values(rows: Any, source: Any, view: FeatureSection = VIEW) -> list[Any]:
    return list(joined(rows, "at", source, "accounts", view, ["balance"]).column("accounts.balance").to_pylist())


def naive(rows: list[Any], source: list[Any], view: FeatureSection) -> list[Any]:
    """Compare every row with every other."""
    found = []
    for account, moment in rows:
        known = [
            (at, place, balance) for place, (key, at, balance) in enumerate(source)
            if account is not None and key == account and at <= moment
        ]  # fmt: skip
        newest = max(known, default=None, key=lambda each: each[:2])
        fresh = newest is not None and (view.lasts is None or moment - newest[0] <= view.lasts)
        found.append(newest[2] if newest is not None and fresh else None)
    return found


moments = st.integers(0, 12).map(lambda half: START + timedelta(minutes=30 * half))
accounts = st.one_of(st.none(), st.integers(1, 3))
balances = st.one_of(st.none(), st.integers(0, 99).map(float))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(accounts, moments), min_size=1, max_size=12),
    st.lists(st.tuples(accounts, moments, balances), max_size=40),
    st.sampled_from(["30 min", "3 h", None]),
)
def test_a_join_is_what_comparing_all_rows_gives(rows: list[Any], source: list[Any], ttl: str | None) -> None:
    view = FeatureSection(dataset="balances", entity=("account",), time="at", ttl=ttl)
    asked, known = table(rows, ["account", "at"]), table(source, ["account", "at", "balance"])
    assert values(asked, known, view) == naive(rows, source, view)


def test_the_last_row_written_counts_where_two_are_of_one_time() -> None:
    later, earlier = START + timedelta(hours=2), START + timedelta(hours=1)
    source = table([(1, START, 10.0, later), (1, START, 20.0, earlier)], ["account", "at", "balance", "written"])
    rows = table([(1, START)], ["account", "at"])
    assert values(rows, source) == [20.0]
    view = FeatureSection(dataset="balances", entity=("account",), time="at", ingested="written")
    assert values(rows, source, view) == [10.0]


def test_a_value_counts_at_its_time_and_to_the_end_of_its_ttl_and_no_longer() -> None:
    source = table([(1, START, 10.0)], ["account", "at", "balance"])
    tick = timedelta(microseconds=1)
    end = START + timedelta(hours=3)
    rows = table([(1, START - tick), (1, START), (1, end), (1, end + tick)], ["account", "at"])
    assert values(rows, source) == [None, 10.0, 10.0, None]


def test_times_without_a_zone_are_read_in_that_of_the_view() -> None:
    view = FeatureSection(dataset="balances", entity=("account",), time="at", time_zone="Europe/Brussels")
    source = table([(1, datetime(2026, 7, 1, 12), 10.0)], ["account", "at", "balance"], pa.timestamp("us"))  # noqa: DTZ001
    before, after = datetime(2026, 7, 1, 9, 59, tzinfo=UTC), datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert values(table([(1, before), (1, after)], ["account", "at"]), source, view) == [None, 10.0]


def test_a_date_is_its_midnight_and_units_may_differ() -> None:
    source = table([(1, date(2026, 1, 2), 10.0)], ["account", "at", "balance"], pa.date32())
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    rows = table([(1, moment - timedelta(seconds=1)), (1, moment)], ["account", "at"], pa.timestamp("ms", tz="UTC"))
    assert values(rows, source) == [None, 10.0]


def test_a_source_without_a_time_in_a_row_is_refused_with_the_row() -> None:
    source = table([(1, START, 10.0), (1, None, 20.0)], ["account", "at", "balance"])
    with pytest.raises(CommandError, match=r"Column `at` in dataset `balances` lacks the time in row 2"):
        values(table([(1, START)], ["account", "at"]), source)


def test_keys_of_another_kind_are_brought_into_one() -> None:
    source = table([(1, START, 10.0)], ["account", "at", "balance"])
    rows = pa.table({"account": ["1"], "at": pa.array([START], TIMES)})
    assert values(rows, source) == [10.0]
    with pytest.raises(CommandError, match=r"Column `account` in the rows must hold"):
        values(pa.table({"account": ["one"], "at": pa.array([START], TIMES)}), source)
