from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fake_model_service import FakeModelService, Loop, total

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame, Warn

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def run(*flags: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "anops_api_service", *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def listening(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    event = json.loads(process.stdout.readline())
    assert event["event"] == "listening"
    return f"http://127.0.0.1:{event['port']}"


def wait_until_ready(url: str) -> None:
    for _ in range(1500):
        if httpx.get(f"{url}/health/ready", timeout=60).status_code == 200:
            return
        threading.Event().wait(0.02)
    raise AssertionError("never ready")


def test_it_says_where_it_listens_and_stops_with_0(start: Start) -> None:
    process = start("--port", "0")
    url = listening(process)
    assert httpx.get(f"{url}/health/live", timeout=60).status_code == 200
    assert httpx.get(f"{url}/model", headers={"x-request-id": "first"}, timeout=60).status_code == 503
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert lines[0]["event"] == f"listening on {url}"
    [told] = [line for line in lines if line["event"] == "request"]
    assert {key: told[key] for key in ("request_id", "method", "path", "status", "code")} == {
        "request_id": "first",
        "method": "GET",
        "path": "/model",
        "status": 503,
        "code": "NOT_READY",
    }
    assert "Traceback" not in log


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_prediction_has_one_line_and_no_value(start: Start, model_service: FakeModelService, form: str) -> None:
    process = start("--port", "0", "--model-url", model_service.url, "--log-format", form)
    url = listening(process)
    wait_until_ready(url)
    for row in (ROW, {**ROW, "hp": "secret"}):
        headers = {"x-request-id": "mine", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        httpx.post(f"{url}/predict?level=0.623", json={"data": [row, row]}, headers=headers, timeout=60)
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    assert "secret" not in log
    assert "0.623" not in log
    answered, refused = [line for line in log.splitlines() if "/predict" in line]
    if form == "text":
        split = rf"\([\d.]+ queue, [\d.]+ model\) 2 rows cars 1\.0\.0 mine trace {TRACE}$"
        assert re.search(r" INFO +POST /predict 200 [\d.]+ ms " + split, answered)
        assert re.search(rf"POST /predict 422 [\d.]+ ms cars 1\.0\.0 mine COLUMN_TYPE trace {TRACE}$", refused)
        return
    told, version = json.loads(answered), model_service.metadata.versions[0]
    wanted = {"level": "info", "event": "request", "request_id": "mine", "status": 200, "code": "OK", "rows": 2}
    wanted |= {"model": "cars", "version": version, "digest": None, "trace_id": TRACE}
    assert {key: told[key] for key in wanted} == wanted
    assert told["api_version"]
    assert 0 <= told["queue_ms"] + told["model_ms"] <= told["ms"]
    assert datetime.fromisoformat(told["timestamp"])
    assert json.loads(refused)["code"] == "COLUMN_TYPE"


def test_requests_under_way_are_finished_at_sigterm(start: Start, loop: Loop, model_service: FakeModelService) -> None:
    go_on = asyncio.Event()

    async def slow(frame: Frame, options: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        await go_on.wait()
        return await total(frame, options)

    model_service.behaviour = slow
    process = start("--port", "0", "--model-url", model_service.url)
    url = listening(process)
    wait_until_ready(url)
    answers: list[httpx.Response] = []
    asking = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{url}/predict", json={"data": [ROW]}, timeout=20))
    )
    asking.start()
    loop.run(model_service.started.wait())
    process.send_signal(signal.SIGTERM)
    loop.event_loop.call_soon_threadsafe(go_on.set)
    asking.join()
    assert answers[0].json()["predictions"] == [{"prediction": 118.5}]
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_taken_port_is_one_clear_message(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = start("--port", port)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 5
    assert out == ""
    assert err.startswith(f"Can't listen on 127.0.0.1 port {port}: ")
    assert "Traceback" not in err


def test_a_flag_goes_before_the_environment(start: Start) -> None:
    process = start("--port", "0", ANOPS_PORT="1")
    assert not listening(process).endswith(":1")


@pytest.mark.parametrize(("flag", "value"), [("--port", "70000"), ("--answer-seconds", "soon")])
def test_a_wrong_setting_is_named(start: Start, flag: str, value: str) -> None:
    process = start(flag, value)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"`{flag.removeprefix('--').replace('-', '_')}`" in err
    assert value in err
    assert "Traceback" not in err
