"""A moment is the same moment whatever holds it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from anops.arrow_frames import arrow_body
from anops.columns import to_json_values
from anops.rows import data_frame

TEN = pd.Series(pd.to_datetime(["2026-01-01 10:00:00"])).dt.tz_localize("Europe/Berlin")
MIDNIGHT = pd.Series(pd.to_datetime(["2026-01-01"])).dt.tz_localize("Europe/Berlin")
UNITS = ("s", "ms", "us", "ns")


def held(moments: pd.Series, unit: str, zone: str | None) -> pd.Series:
    """Return moments as Arrow holds them."""
    return moments.dt.as_unit(unit).astype(pd.ArrowDtype(pa.timestamp(unit, tz=zone)))  # type: ignore[attr-defined]


def instant(column: pd.Series) -> pd.Timestamp:
    [text] = to_json_values(column, {"type": "datetime"})
    return pd.Timestamp(text)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "America/New_York", "+05:30", "-03:00", "Etc/GMT+5"])
def test_arrows_moments_keep_their_instant(unit: str, zone: str) -> None:
    assert instant(held(TEN, unit, zone)) == TEN[0]
    assert instant(held(TEN, unit, zone).astype("category")) == TEN[0]


@pytest.mark.parametrize("unit", UNITS)
def test_moments_of_every_unit_keep_their_instant(unit: str) -> None:
    assert instant(TEN.dt.as_unit(unit)) == TEN[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "values",
    [
        [TEN[0]],
        [TEN[0].to_pydatetime()],
        [TEN[0].tz_convert("UTC")],
        ["2026-01-01T10:00:00+01:00"],
        ["2026-01-01T09:00:00Z"],
    ],
)
def test_moments_among_objects_keep_their_instant(values: list[Any]) -> None:
    assert instant(pd.Series(values, dtype=object)) == TEN[0]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(np.array(["2026-01-01T10:00:00"], dtype="datetime64[s]")),
        held(TEN.dt.tz_localize(None), "ns", None),
        pd.Series([dt.datetime(2026, 1, 1, 10)], dtype=object),  # noqa: DTZ001
        pd.Series([np.datetime64("2026-01-01T10:00:00")], dtype=object),
    ],
)
def test_a_moment_without_a_zone_is_sent_without_one(column: pd.Series) -> None:
    moment = instant(column)
    assert (moment, moment.tzinfo) == (pd.Timestamp("2026-01-01 10:00"), None)


@pytest.mark.parametrize("unit", UNITS)
def test_midnight_in_its_own_zone_is_a_day(unit: str) -> None:
    for column in (MIDNIGHT, held(MIDNIGHT, unit, "Europe/Berlin")):
        assert to_json_values(column, {"type": "date"}) == ["2026-01-01"]


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64()])
def test_arrows_days_are_days(kind: pa.DataType) -> None:
    column = pd.Series([dt.date(2026, 1, 1), None], dtype=pd.ArrowDtype(kind))
    assert to_json_values(column, {"type": "date"}) == ["2026-01-01", None]


def test_a_gap_among_arrows_moments_is_missing() -> None:
    column = pd.Series([TEN[0], None]).astype(pd.ArrowDtype(pa.timestamp("ns", tz="UTC")))
    assert to_json_values(column, {"type": "datetime"})[1] is None


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64()])
def test_arrows_days_are_days_in_arrow_too(kind: pa.DataType) -> None:
    rows = pd.DataFrame({"d": pd.Series([dt.date(2026, 1, 1), None], dtype=pd.ArrowDtype(kind))})
    body = arrow_body(rows, {"d": {"type": "date"}})
    assert body is not None
    assert pa.ipc.open_stream(body).read_all().to_pylist() == [{"d": dt.date(2026, 1, 1)}, {"d": None}]


class OfPolars:
    """What of a DataFrame of polars is looked at."""

    def to_arrow(self) -> pa.Table:
        return pa.table({"n": pa.array([2**53 + 1, None]), "d": pa.array([dt.date(2026, 1, 1), None])})


def test_tables_of_polars_and_pyarrow_keep_whole_numbers_beside_gaps() -> None:
    for held_rows in (OfPolars(), OfPolars().to_arrow()):
        rows = data_frame(held_rows)
        assert to_json_values(rows["n"], {"type": "integer"}) == [2**53 + 1, None]
        assert to_json_values(rows["d"], {"type": "date"}) == ["2026-01-01", None]
