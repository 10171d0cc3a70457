"""The online store obeys the rule of freshness that history has, and older data never replace newer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet
import pytest
from anops_features.adapter import FEATURES
from anops_features.joining import joined
from anops_project.sections.features import FeatureSection

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 1, 1, tzinfo=UTC)
VIEW = FeatureSection(dataset="balances", entity=("account",), time="at", ttl="2 d")


def kept(folder: Path, rows: list[tuple[int, datetime, float]]) -> Path:
    accounts, times, balances = zip(*rows, strict=True)
    table = pa.table({"account": accounts, "at": pa.array(times, pa.timestamp("us", tz="UTC")), "balance": balances})
    pyarrow.parquet.write_table(table, folder / "source.parquet")
    return folder / "source.parquet"


def store(folder: Path) -> str:
    return str(folder / "features.db")


@pytest.mark.parametrize(("after", "state"), [(-1, "future"), (0, "fresh"), (48, "fresh"), (49, "stale")])
def test_a_value_is_fresh_online_when_it_is_in_history(tmp_path: Path, after: int, state: str) -> None:
    source = kept(tmp_path, [(7, START - timedelta(days=1), 1.0), (7, START, 2.0)])
    assert FEATURES.materialize(source, "accounts", VIEW, store(tmp_path)) == {
        "view": "accounts",
        "entities": 1,
        "written": 1,
    }
    now = START + timedelta(hours=after)
    told = FEATURES.get(store(tmp_path), "accounts", VIEW, ["7"], now)
    assert told["state"] == state
    assert told["time"] == START.isoformat()
    if state != "future":  # history has the value before; the store holds the newest alone
        rows = pa.table({"account": [7], "at": pa.array([now], pa.timestamp("us", tz="UTC"))})
        history = joined(rows, "at", pyarrow.parquet.read_table(source), "accounts", VIEW, ["balance"])
        assert history.column("accounts.balance").to_pylist() == [told["values"]["balance"]]


def test_older_data_never_replace_newer(tmp_path: Path) -> None:
    FEATURES.materialize(kept(tmp_path, [(7, START, 2.0)]), "accounts", VIEW, store(tmp_path))
    older = kept(tmp_path, [(7, START - timedelta(hours=1), 1.0), (8, START, 3.0)])
    assert FEATURES.materialize(older, "accounts", VIEW, store(tmp_path))["written"] == 1
    assert FEATURES.get(store(tmp_path), "accounts", VIEW, [7.0], START)["values"] == {"balance": 2.0}
    assert FEATURES.get(store(tmp_path), "accounts", VIEW, [9], START)["state"] == "missing"
