"""Bodies that are predicted while they arrive."""

from __future__ import annotations

import asyncio
import errno
import importlib
import json
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
from anops_api_service import spool
from anops_api_service.bodies import csv_pieces, upload
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Fault, Problem
from anops_model_interface.frames import Column, Frame, Warn
from anops_model_interface.schema import Schema
from fake_model_service import FakeModelService, Loop, total
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER = "wt,hp,cyl,Gear Type\n"
CSV = {"content-type": "text/csv", "accept": "text/csv"}
ROWS = 5000


def lines(rows: int, *, first: int = 0) -> str:
    return "".join(f"{i}.5,100,4,auto\n" for i in range(first, first + rows))


def in_pieces(text: str, size: int = 10_000) -> Iterator[bytes]:
    data = text.encode()
    yield from (data[i : i + size] for i in range(0, len(data), size))


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the bodies of these tests were large."""
    monkeypatch.setattr(csv_pieces, "PIECE_CHARACTERS", 4096)
    monkeypatch.setattr(upload, "GATHERED_BYTES", 8192)


@pytest.fixture
def cars() -> Schema:
    gear = {"type": "category", "levels": ["auto", "manual"], "novel": "auto", "missing": "error"}
    return Schema.of(
        {
            "inputs": {
                "wt": {"type": "number", "min": 0, "missing": 3, "seen": [0, 4000]},
                "hp": {"type": "number", "missing": "error"},
                "cyl": {"type": "number", "values": [4, 6, 8], "missing": "error"},
                "Gear Type": gear,
            },
            "outputs": {"prediction": {"type": "number"}},
        }
    )


def predict(service: Running, text: str, **headers: str) -> httpx.Response:
    return service.http.post("/predict", content=in_pieces(text), headers={**CSV, **headers})


@pytest.mark.parametrize("accept", ["text/csv", "application/json"])
def test_a_long_file_is_answered_in_its_order(service: Running, model_service: FakeModelService, accept: str) -> None:
    answer = predict(service, HEADER + lines(ROWS), accept=accept)
    assert answer.status_code == 200, answer.text
    expected = [i + 104.5 for i in range(ROWS)]
    if accept == "text/csv":
        assert [float(line) for line in answer.text.split()[1:]] == expected
    else:
        body = answer.json()
        assert [row["prediction"] for row in body["predictions"]] == expected
        assert body["model"] == {"name": "cars", "version": "1.0.0", "digest": None}
        assert body["request_id"] == answer.headers["x-request-id"]
        assert [warning["column"] for warning in body["warnings"]] == ["wt"]
    assert len(model_service.calls) > 4
    assert max(frame.rows for frame, _ in model_service.calls) <= 1024


@pytest.mark.parametrize("accept", ["text/csv", "application/json"])
def test_a_file_of_no_rows_is_answered(service: Running, accept: str) -> None:
    answer = predict(service, HEADER, accept=accept)
    assert answer.status_code == 200
    assert answer.text == "prediction\n" if accept == "text/csv" else answer.json()["predictions"] == []


def test_warnings_count_rows_from_the_first_of_the_file(service: Running) -> None:
    text = HEADER + lines(3000) + "NA,100,4,auto\n1,100,4,triptronic\n" + lines(1000, first=3998) + ",100,4,x\n"
    warnings = {
        warning["message"]: warning["rows"] for warning in json.loads(predict(service, text).headers["anops-warnings"])
    }
    assert warnings == {
        "Column `wt` was missing, taken as `3` in 2 rows.": [3001, 4003],
        "Column `Gear Type` had a new level, taken as `auto` in 2 rows.": [3002, 4003],
        "column `wt`: row 3005 is 4000.5, row 3006 is 4001.5, row 3007 is 4002.5, row 3008 is 4003.5, "
        "row 3009 is 4004.5 and 993 more rows are outside; the model was fitted on 0 to 4000. This is extrapolation.": [
            *range(3005, 3025)
        ],
    }


def test_warnings_and_faults_of_the_model_count_rows_from_the_first_of_the_file(
    service: Running, model_service: FakeModelService
) -> None:
    async def odd(frame: Frame, options: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        where = np.flatnonzero(frame["wt"].values == 3000.5)
        answer, _ = await total(frame, options)
        return answer, tuple(Warn("odd", column="wt", rows=(int(row) + 1,)) for row in where)

    model_service.behaviour = odd
    [_, warning] = json.loads(predict(service, HEADER + lines(ROWS)).headers["anops-warnings"])
    assert (warning["message"], warning["rows"]) == ("odd", [3001])

    async def refusing(frame: Frame, options: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        for row in np.flatnonzero(frame["wt"].values == 4000.5):
            fault = Fault(Code.COLUMN_RANGE, "column `wt` must be even", column="wt", row=int(row) + 1, found="is odd")
            raise AnOpsError.of(Problem(fault.code, faults=(fault,), lead="Can't predict"))
        return await total(frame, options)

    model_service.behaviour = refusing
    problem = predict(service, HEADER + lines(ROWS)).json()
    assert problem["detail"] == "Can't predict: column `wt` must be even; row 4001 is odd."
    assert problem["errors"][0]["row"] == 4001
    columns = {
        "wt": [i + 0.5 for i in range(ROWS)],
        "hp": [100] * ROWS,
        "cyl": [4] * ROWS,
        "Gear Type": ["auto"] * ROWS,
    }
    assert service.http.post("/predict", json={"data": columns}).json()["errors"][0]["row"] == 4001


def test_a_fault_in_a_late_row_is_a_problem_of_its_own_status(service: Running) -> None:
    answer = predict(service, HEADER + lines(4321) + "potato,100,4,auto\n" + lines(600))
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["errors"][0]["row"] == 4322
    assert 'row 4322 is "potato"' in problem["detail"]


def test_a_client_that_sends_all_before_it_reads_gets_its_answer(service: Running) -> None:
    body = (HEADER + lines(60_000)).encode()
    with socket.create_connection(("127.0.0.1", int(service.url.rsplit(":", 1)[1]))) as connection:
        connection.settimeout(30)
        head = "POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\naccept: text/csv\r\nconnection: close"
        connection.sendall(f"{head}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        received = b""
        while part := connection.recv(1 << 16):
            received += part
    head, _, content = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert content.count(b"\n") == 60_001


class Refused:
    """A large file that is wrong in its second row, and how clients see the answer that comes long before its end."""

    text = HEADER + lines(1) + "potato,100,4,auto\n" + lines(300_000)
    accept = "text/csv"

    @staticmethod
    def httpx(url: str, _: Path) -> bytes:
        return httpx.post(f"{url}/predict", content=in_pieces(Refused.text), headers=CSV, timeout=30).content

    @staticmethod
    def requests(url: str, _: Path) -> bytes:
        requests = importlib.import_module("requests")  # the Docker SDK brings it, without types
        content: bytes = requests.post(f"{url}/predict", data=Refused.text, headers=CSV, timeout=30).content
        return content

    @staticmethod
    def urllib(url: str, _: Path) -> bytes:
        # it says `Connection: close`, and sends all before it reads
        request = urllib.request.Request(f"{url}/predict", Refused.text.encode(), CSV)  # noqa: S310  its scheme is ours
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.read()

    @staticmethod
    def curl(url: str, folder: Path) -> bytes:
        (folder / "rows.csv").write_text(Refused.text, encoding="utf-8")
        headers = ["-H", "Content-Type: text/csv", "-H", f"Accept: {Refused.accept}"]
        command = ["curl", "-sS", *headers, "--data-binary", "@rows.csv", f"{url}/predict"]
        return subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout

    @staticmethod
    def curl_from_a_pipe(url: str, _: Path) -> bytes:
        command = ["curl", "-sS", "-H", "Content-Type: text/csv", "-X", "POST", "-T", "-", f"{url}/predict"]
        return subprocess.run(command, input=Refused.text.encode(), capture_output=True, check=True).stdout


@pytest.mark.parametrize("client", ["httpx", "requests", "urllib", "curl", "curl_from_a_pipe"])
def test_who_still_sends_sees_the_problem_and_no_broken_connection(
    service: Running, client: str, tmp_path: Path
) -> None:
    problem = json.loads(getattr(Refused, client)(service.url, tmp_path))
    assert problem["errors"][0]["row"] == 2


@pytest.mark.parametrize("client", ["httpx", "urllib", "curl"])
def test_who_sends_what_is_not_read_at_all_sees_why(
    service: Running, client: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CSV, "accept", "image/png")
    monkeypatch.setattr(Refused, "accept", "image/png")
    problem = json.loads(getattr(Refused, client)(service.url, tmp_path))
    assert problem["code"] == "NOT_ACCEPTABLE"


def test_a_body_that_is_too_large_by_its_own_word_is_refused_before_it_is_sent(
    loop: Loop, model_service: FakeModelService
) -> None:
    with run_service(loop, model_service.url, limits={"stream": 10_000}) as running:
        running.wait_until_ready()
        answer = running.http.post("/predict", content=HEADER + lines(2000), headers=CSV)
        assert answer.status_code == 413
        assert "more than 0.01 MB" in answer.json()["detail"]
        assert "max_stream_mb" in answer.json()["remedy"]
        answer = predict(running, HEADER + lines(2000))
        assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
        assert predict(running, HEADER + lines(100)).status_code == 200


def test_rows_that_depend_on_each_other_go_to_the_model_together(
    service: Running, model_service: FakeModelService, cars: Schema
) -> None:
    model_service.serve(cars, **{"anops.row_independent": "false"})
    model_service.set_serving(False)
    model_service.set_serving(True)
    service.wait_for_model(lambda model: not model.batches)
    assert predict(service, HEADER + lines(ROWS)).status_code == 200
    assert [frame.rows for frame, _ in model_service.calls] == [ROWS]


def test_such_rows_must_fit_into_memory(loop: Loop, model_service: FakeModelService, cars: Schema) -> None:
    model_service.serve(cars, **{"anops.row_independent": "false"})
    with run_service(loop, model_service.url, limits={"body": 5000}) as running:
        running.wait_until_ready()
        answer = predict(running, HEADER + lines(1000))
        assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
        assert "max_body_mb" in answer.json()["remedy"]


def test_a_client_that_leaves_ends_the_work(service: Running, model_service: FakeModelService, loop: Loop) -> None:
    begun = threading.Event()

    async def slow(frame: Frame, options: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        begun.set()
        await asyncio.sleep(30)
        return await total(frame, options)

    model_service.behaviour = slow
    body = (HEADER + lines(3000)).encode()
    connection = socket.create_connection(("127.0.0.1", int(service.url.rsplit(":", 1)[1])))
    head = f"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: {len(body) + 1000}\r\n\r\n"
    connection.sendall(head.encode() + body)
    assert begun.wait(90)
    connection.close()
    loop.run(asyncio.wait_for(model_service.cancelled.wait(), 90))


def test_a_body_may_take_longer_than_the_deadline_as_long_as_it_comes(
    loop: Loop, model_service: FakeModelService
) -> None:
    pause = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield HEADER.encode()
        for i in range(8):
            pause.wait(0.25)
            yield lines(1, first=i).encode()

    with run_service(loop, model_service.url, deadline_seconds=1.5) as running:
        running.wait_until_ready()
        answer = running.http.post("/predict", content=slowly(), headers=CSV)
    assert answer.status_code == 200
    assert answer.text.count("\n") == 9


def test_a_model_that_is_replaced_meanwhile_gives_no_torn_answer(
    service: Running, model_service: FakeModelService, cars: Schema
) -> None:
    async def replacing(frame: Frame, options: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        if len(model_service.calls) == 4:
            model_service.serve(cars, version="2.0.0")
        return await total(frame, options)

    model_service.behaviour = replacing
    answer = predict(service, HEADER + lines(ROWS))
    assert answer.status_code == 503
    assert "version 1.0.0 of model `cars` was replaced by version 2.0.0" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "1"


def test_a_full_queue_refuses_at_the_first_rows_only(loop: Loop, model_service: FakeModelService) -> None:
    with run_service(loop, model_service.url, max_queue=2) as running:
        running.wait_until_ready()
        # more pieces under way than the queue takes: they wait for each other
        assert predict(running, HEADER + lines(ROWS)).status_code == 200


def test_large_answers_go_to_disk_and_leave_nothing(
    loop: Loop, model_service: FakeModelService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spool, "MEMORY_BYTES", 1000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with run_service(loop, model_service.url, limits={"spool": 60_000}) as running:
        running.wait_until_ready()
        for _ in range(3):
            assert predict(running, HEADER + lines(ROWS)).text.count("\n") == ROWS + 1
        answer = predict(running, HEADER + lines(2 * ROWS))
        assert (answer.status_code, answer.json()["code"]) == (507, "NO_ROOM")
        assert "0.06 MB" in answer.json()["detail"]
        assert predict(running, HEADER + lines(ROWS)).status_code == 200
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("fault", ["full", "none"])
def test_a_disk_without_room_is_a_problem_that_says_so(
    service: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str
) -> None:
    class Full:
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            pass

    def none(**_: object) -> Full:
        if fault == "none":
            raise FileNotFoundError("No usable temporary directory found")
        return Full()

    monkeypatch.setattr(spool, "MEMORY_BYTES", 1000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("tempfile.TemporaryFile", none)
    answer = predict(service, HEADER + lines(ROWS))
    assert (answer.status_code, answer.json()["code"]) == (507, "NO_ROOM")
    assert ("no folder for temporary files" if fault == "none" else f"{tmp_path} is full") in answer.json()["detail"]


def test_other_columns_in_a_later_piece_are_refused(service: Running, model_service: FakeModelService) -> None:
    async def fickle(frame: Frame, options: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        answer, _ = await total(frame, options)
        name = "late" if frame["wt"].values[0] > 2000 else "prediction"
        return Frame((Column(name, "number", answer.columns[0].values),), frame.rows), ()

    model_service.behaviour = fickle
    answer = predict(service, HEADER + lines(ROWS))
    assert (answer.status_code, answer.json()["code"]) == (500, "MODEL_OUTPUT")
    assert "some have the columns prediction, others late" in answer.json()["detail"]
