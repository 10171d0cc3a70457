"""The online store obeys the rule of freshness that history has, and older data never replace newer."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet
import pytest
from anops_control.errors import CommandError
from anops_features.adapter import FEATURES
from anops_features.joining import joined
from anops_project.sections.features import FeatureSection
from free_ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = datetime(2026, 1, 1, tzinfo=UTC)
VIEW = FeatureSection(dataset="balances", entity=("account",), time="at", ttl="2 d")


def kept(folder: Path, rows: list[tuple[int, datetime, float]]) -> Path:
    accounts, times, balances = zip(*rows, strict=True)
    table = pa.table({"account": accounts, "at": pa.array(times, pa.timestamp("us", tz="UTC")), "balance": balances})
    pyarrow.parquet.write_table(table, folder / "source.parquet")
    return folder / "source.parquet"


def wait_until_it_listens(server: subprocess.Popen[bytes], port: int) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("Redis ended")


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.long)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a store: a file, or a real Redis, which Debian brings where it is not there."""
    if request.param == "sqlite":
        yield str(tmp_path / "features.db")
        return
    if shutil.which("redis-server") is None:
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "redis-server"], check=True)
    (port,) = free_ports(1)
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)], stdout=subprocess.DEVNULL
    )
    try:
        wait_until_it_listens(server, port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


@pytest.mark.parametrize(("after", "state"), [(-1, "future"), (0, "fresh"), (48, "fresh"), (49, "stale")])
def test_a_value_is_fresh_online_when_it_is_in_history(tmp_path: Path, store: str, after: int, state: str) -> None:
    source = kept(tmp_path, [(7, START - timedelta(days=1), 1.0), (7, START, 2.0)])
    assert FEATURES.materialize(source, "accounts", VIEW, store) == {
        "view": "accounts",
        "entities": 1,
        "written": 1,
        "later": 0,
    }
    now = START + timedelta(hours=after)
    told = FEATURES.get(store, "accounts", VIEW, ["7"], now)
    assert told["state"] == state
    assert told["time"] == START.isoformat()
    if state != "future":  # history has the value before; the store holds that of when it was materialized
        rows = pa.table({"account": [7], "at": pa.array([now], pa.timestamp("us", tz="UTC"))})
        history = joined(rows, "at", pyarrow.parquet.read_table(source), "accounts", VIEW, ["balance"])
        assert history.column("accounts.balance").to_pylist() == [told["values"]["balance"]]


def test_older_data_never_replace_newer(tmp_path: Path, store: str) -> None:
    FEATURES.materialize(kept(tmp_path, [(7, START, 2.0)]), "accounts", VIEW, store)
    older = kept(tmp_path, [(7, START - timedelta(hours=1), 1.0), (8, START, 3.0)])
    assert FEATURES.materialize(older, "accounts", VIEW, store)["written"] == 1
    assert FEATURES.get(store, "accounts", VIEW, [7.0], START)["values"] == {"balance": 2.0}
    assert FEATURES.get(store, "accounts", VIEW, [9], START)["state"] == "missing"
    assert FEATURES.online(store, "accounts") == {"entities": 2, "newest": START.isoformat()}


def test_a_value_that_has_not_come_hides_none_that_counts(tmp_path: Path, store: str) -> None:
    now = datetime.now(UTC)
    before, later, last = now - timedelta(hours=1), now + timedelta(hours=5), now + timedelta(hours=9)
    told = FEATURES.materialize(kept(tmp_path, [(8, later, 5.0), (8, last, 6.0)]), "accounts", VIEW, store)
    assert told == {"view": "accounts", "entities": 1, "written": 1, "later": 2}
    assert FEATURES.get(store, "accounts", VIEW, [8], now)["time"] == later.isoformat()
    source = kept(tmp_path, [(7, before, 1.0), (7, later, 2.0), (8, before, 3.0), (8, last, 4.0)])
    assert FEATURES.materialize(source, "accounts", VIEW, store)["written"] == 2
    for account, balance in ((7, 1.0), (8, 3.0)):
        found = FEATURES.get(store, "accounts", VIEW, [account], datetime.now(UTC))
        assert found == {"state": "fresh", "time": before.isoformat(), "values": {"balance": balance}}
    told = FEATURES.materialize(kept(tmp_path, [(7, later, 2.0)]), "accounts", VIEW, store)
    assert told == {"view": "accounts", "entities": 1, "written": 0, "later": 1}
    assert FEATURES.get(store, "accounts", VIEW, [7], datetime.now(UTC))["values"] == {"balance": 1.0}
    assert FEATURES.online(store, "accounts") == {"entities": 2, "newest": before.isoformat()}


def test_a_redis_that_is_away_is_told(tmp_path: Path) -> None:
    source = kept(tmp_path, [(7, START, 2.0)])
    with pytest.raises(CommandError, match="The store of features can't be used: Redis: "):
        FEATURES.materialize(source, "accounts", VIEW, "redis://127.0.0.1:1/0")
    with pytest.raises(CommandError, match="only for redis://, rediss://, feast: and files"):
        FEATURES.get("memcached://here", "accounts", VIEW, [7], START)
