from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from anops_series.opening import AddressError, open_store
from anops_series.port import Observation, SeriesIdentity, StoreAwayError

if TYPE_CHECKING:
    from pathlib import Path

AIR = SeriesIdentity("air", "MS")
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ROW = Observation(datetime(1961, 1, 1, tzinfo=UTC), 1.0)


def test_a_file_that_cannot_be_made_is_away_and_there_when_it_can(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("in the way")
    store = open_store(str(tmp_path / "folder" / "series.db"))
    with pytest.raises(StoreAwayError, match=r"series\.db can't be used"):
        store.observe(AIR, [ROW], received=NOW)
    (tmp_path / "folder").unlink()
    assert store.observe(AIR, [ROW], received=NOW).new == 1
    store.close()


def test_a_server_that_does_not_answer_is_away() -> None:
    store = open_store("postgresql://anops:secret@127.0.0.1:9/none")
    with pytest.raises(StoreAwayError) as away:
        store.state(AIR)
    assert "secret" not in str(away.value)


def test_a_server_that_was_started_again_is_asked_anew(server: str) -> None:
    import psycopg  # noqa: PLC0415

    store = open_store(server)
    store.observe(AIR, [ROW], received=NOW)
    with psycopg.connect(server, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'anops'")
    assert len(store.state(AIR).observations) == 1
    store.close()


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "series.db"))
    store.observe(AIR, [ROW], received=NOW)
    store.close()
    with sqlite3.connect(tmp_path / "series.db") as file:
        file.execute("UPDATE store SET form = 99")
    file.close()
    with pytest.raises(StoreAwayError, match="made by another version of AnOps"):
        open_store(str(tmp_path / "series.db")).state(AIR)


@pytest.mark.parametrize("address", ["mysql://db/x", "sqlite://", "sqlite:///", ""])
def test_an_address_that_is_none_says_what_one_is(address: str) -> None:
    with pytest.raises(AddressError, match="time-series store"):
        open_store(address)


def test_a_file_that_became_immutable_is_away_and_there_again(tmp_path: Path) -> None:
    # in a process of its own: the system ends one that writes into such a file, which it has mapped, by SIGBUS
    code = f"""
import subprocess
from datetime import UTC, datetime
from anops_series.opening import open_store
from anops_series.port import Observation, SeriesIdentity, StoreAwayError
from pathlib import Path

folder, air, now = Path({str(tmp_path)!r}), SeriesIdentity("air", "MS"), datetime.now(UTC)
store = open_store(str(folder / "series.db"))
store.observe(air, [Observation(datetime(1961, 1, 1, tzinfo=UTC), 1.0)], received=now)
files = [str(file) for file in folder.iterdir()]
subprocess.run(["chattr", "+i", *files], check=True)
try:
    for asked in (store.state, lambda air: store.observe(air, [], received=now)):
        try:
            asked(air)
        except StoreAwayError as error:
            print(str(error).rpartition(": ")[2])
finally:
    subprocess.run(["chattr", "-i", *files], check=True)
print(len(store.state(air).observations))
store.close()
"""
    if subprocess.run(["chattr", "+i", tmp_path], check=False, capture_output=True).returncode:
        pytest.skip("files can be made immutable only by root, on a disk")
    subprocess.run(["chattr", "-i", tmp_path], check=True)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "series.db may not be written\n" * 2 + "1\n"), done.stderr
