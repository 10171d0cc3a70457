from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import postgresql_server
import psycopg
import pytest
from anops_api_service.identity import Identity
from anops_api_service.keeping.kept_columns import KeptColumns, columns_of
from anops_api_service.prediction_log import MOST_WAITING, PredictionLog, PredictionLogError
from anops_model_interface.prediction_log import Prediction, PredictionStore
from running_service import run_service, tries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_model_interface.log_file import LogPlace
    from fake_model_service import FakeModelService, Loop

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
CSV = 'wt,hp,cyl,Gear Type\n2.5,110,6,auto\n3,90,4,"manual"\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgresql_server.running(tmp_path_factory) as address:
        yield address


@pytest.mark.parametrize(("values", "is_file"), [(False, True), (True, True), (True, False)])
def test_it_is_kept_which_version_answered_which_request(
    values: bool, is_file: bool, loop: Loop, model_service: FakeModelService, server: str, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "predictions.db" if is_file else postgresql_server.empty_database(server)
    log = PredictionLog(file, values=values)
    with run_service(loop, model_service.url, prediction_log=log) as running:
        running.wait_until_ready()
        small = running.http.post("/predict", json={"data": [ROW]}, headers={"x-request-id": "small"})
        head = {"content-type": "text/csv", "x-request-id": "csv"}
        assert running.http.post("/predict", content=CSV, headers=head).is_success
        refused = running.http.post("/predict", json={"data": [{"wt": "potato"}]}, headers={"x-request-id": "bad"})
        assert (small.status_code, refused.status_code) == (200, 422)
    log.close()
    store = PredictionStore(file, only_read=True)
    (kept,) = store.of_request("small")
    assert (kept.model, kept.version, kept.rows) == ("cars", "1.0.0", 1)
    assert sum(each.rows for each in store.of_request("csv")) == 2
    assert store.of_request("bad") == []
    if values:
        assert json.loads(kept.inputs or "") == [ROW]
        assert json.loads(kept.outputs or "") == [{"prediction": 118.5}]
    else:
        assert (kept.inputs, kept.outputs, kept.options) == (None, None, None)
    assert store.dropped() == 0
    store.close()


def test_what_can_not_be_kept_in_time_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "predictions.db"
    log = PredictionLog(file)
    held = sqlite3.connect(file)
    held.execute("BEGIN IMMEDIATE")  # the disk is slow: nothing is written while this lasts
    for number in range(3 * MOST_WAITING):
        log.note(str(number), Identity("cars"), 1)
    held.rollback()
    log.close()
    store = PredictionStore(file, only_read=True)
    (kept,) = held.execute("SELECT count(*) FROM predictions").fetchone()
    assert store.dropped() > 0
    assert store.dropped() + kept == 3 * MOST_WAITING
    store.close()
    held.close()


def test_only_columns_that_may_be_kept_are(loop: Loop, model_service: FakeModelService, tmp_path: Path) -> None:
    file = tmp_path / "predictions.db"
    log = PredictionLog(file, values=True, columns=KeptColumns(only=frozenset({"wt", "hp"}), never=frozenset({"hp"})))
    with run_service(loop, model_service.url, prediction_log=log) as running:
        running.wait_until_ready()
        assert running.http.post("/predict", json={"data": [ROW]}, headers={"x-request-id": "small"}).is_success
    log.close()
    store = PredictionStore(file, only_read=True)
    (kept,) = store.of_request("small")
    store.close()
    assert json.loads(kept.inputs or "") == [{"wt": 2.5}]
    assert json.loads(kept.outputs or "") == [{"prediction": 118.5}]
    assert (columns_of("a, b"), columns_of('["a, b"]'), columns_of("[]")) == ({"a", "b"}, {"a, b"}, set())
    with pytest.raises(ValueError, match="names with commas between them"):
        columns_of("[1]")


def test_warnings_are_kept_once(loop: Loop, model_service: FakeModelService, tmp_path: Path) -> None:
    file = tmp_path / "predictions.db"
    log = PredictionLog(file, values=True)
    with run_service(loop, model_service.url, prediction_log=log) as running:
        running.wait_until_ready()
        sent = {"data": [{**ROW, "more": 1}]}
        answer = running.http.post("/predict", json=sent, headers={"x-request-id": "small"}).json()
    log.close()
    store = PredictionStore(file, only_read=True)
    (kept,) = store.of_request("small")
    store.close()
    assert answer["warnings"]
    assert [each["message"] for each in json.loads(kept.warnings or "")] == [
        each["message"] for each in answer["warnings"]
    ]


def test_what_is_old_is_deleted_while_the_service_runs(tmp_path: Path) -> None:
    file = tmp_path / "predictions.db"
    store = PredictionStore(file)
    store.add([Prediction(request_id="old", time=1, model="cars", version="1", digest="", rows=1)])
    log = PredictionLog(file, days=1)
    log.note("new", Identity("cars"), 1)
    for _ in tries():
        if [each.request_id for each in store.between(0, 1e12)] == ["new"]:
            break
    else:
        raise AssertionError("it is still there")
    log.close()
    store.close()


def test_while_a_database_is_away_answers_are_counted_and_then_kept_again(
    server: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = postgresql_server.empty_database(server)
    name = address.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(server, autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        log = PredictionLog(address)
        assert "no prediction is kept in postgresql://" in caplog.text
        log.note("lost", Identity("cars"), 1)
        for _ in tries():
            if "predictions were not kept" in caplog.text:
                break
        other.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    log.note("kept", Identity("cars"), 1)
    log.close()
    assert _kept(address) == (["kept"], 1)


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    file = tmp_path / "predictions.db"
    file.write_text("no database, but a text that is long enough to be taken for one" * 20)
    with pytest.raises(PredictionLogError, match="can't be used as a store of predictions"):
        PredictionLog(file)
    newer = tmp_path / "newer.db"
    with sqlite3.connect(newer) as opened:
        opened.execute("PRAGMA user_version = 9")
    opened.close()
    with pytest.raises(PredictionLogError, match="form 9"):
        PredictionLog(newer)


def _writers(owner: int) -> list[int]:
    """Return the processes that write logs for another."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == owner and b"anops_api_service.keeping" in (each / "cmdline").read_bytes():
                found.append(int(each.name))
    return found


def _kept(place: LogPlace) -> tuple[list[str], int]:
    store = PredictionStore(place, only_read=True)
    found = [each.request_id for each in store.between(0, 1e12)], store.dropped()
    store.close()
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="it looks processes up in /proc")
def test_a_log_whose_process_was_killed_goes_on_with_another(tmp_path: Path) -> None:
    file = tmp_path / "predictions.db"
    log = PredictionLog(file)
    log.note("first", Identity("cars"), 1)
    for _ in tries():
        if _kept(file) == (["first"], 0):
            break
    (writer,) = _writers(os.getpid())
    os.kill(writer, signal.SIGKILL)
    log.note("second", Identity("cars"), 1)  # nobody reads it
    for _ in tries():
        log.note("third", Identity("cars"), 1)
        ids, dropped = _kept(file)
        if "third" in ids:
            break
    log.close()
    ids, dropped = _kept(file)
    assert ids[0] == "first"
    assert "second" not in ids
    assert dropped >= 1


@pytest.mark.skipif(sys.platform != "linux", reason="it looks processes up in /proc")
def test_what_was_handed_over_is_kept_though_the_service_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "predictions.db"
    code = """
import sys
from pathlib import Path
from anops_api_service.identity import Identity
from anops_api_service.prediction_log import PredictionLog
if __name__ == "__main__":
    log = PredictionLog(Path(sys.argv[1]))
    for each in sys.stdin:
        log.note(each.strip(), Identity("cars"), 1)
"""
    PredictionStore(file).close()
    words = [sys.executable, "-c", code, str(file)]
    with (
        subprocess.Popen(words, stdin=subprocess.PIPE, text=True) as service,
        closing(sqlite3.connect(file)) as held,
    ):
        assert service.stdin is not None
        _tell(service.stdin, "first")
        for _ in tries():
            if _kept(file)[0] == ["first"]:
                break
        held.execute("BEGIN IMMEDIATE")  # the disk is slow
        _tell(service.stdin, "second")
        time.sleep(0.6)  # three times as long as it takes to be handed over
        service.kill()
        service.wait()
        held.rollback()
    for _ in tries():
        if _kept(file) == (["first", "second"], 0):
            break
    else:
        raise AssertionError("it was lost")


def _tell(pipe: TextIO, line: str) -> None:
    pipe.write(line + "\n")
    pipe.flush()
