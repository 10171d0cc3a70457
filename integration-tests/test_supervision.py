"""A worker that dies, hangs or is told to stop costs nobody more than one answer."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import psutil
import pytest
from little_models import write_project
from stack import Stack, serving, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    import httpx


SECONDS = 'seconds = { type = "number", default = 0 }'


def ask(stack: Stack, seconds: float = 0, mark: Path | None = None) -> httpx.Response:
    options = {"seconds": seconds} | ({} if mark is None else {"mark": str(mark)})
    return stack.client.post("/predict", json={"data": [{"a": 1, "b": 2}], "options": options})


def ask_while_there_is_no_worker(stack: Stack) -> httpx.Response:
    """Kill the worker, and let the next one come when somebody waits for it."""
    (worker,), (fork_server,) = stack.model.workers(), stack.model.fork_servers()
    fork_server.suspend()
    worker.kill()
    wait_until(lambda: stack.client.get("/health/ready").status_code == 503)
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(ask, stack)
        try:
            assert not wait([asked], timeout=0.2).done
        finally:
            fork_server.resume()
        return asked.result()


@pytest.fixture
def slow(tmp_path: Path, language: str) -> Path:
    return write_project(tmp_path, language, "slow", options=SECONDS)


@pytest.fixture
def marking(tmp_path: Path, language: str) -> Path:
    """A model that makes a file when it begins to predict, in two workers."""
    options = SECONDS + '\nmark = { type = "string", default = "" }'
    return write_project(
        tmp_path / "project", language, "marks", options=options, service="workers = 2", writable=tmp_path
    )


def test_a_prediction_whose_worker_is_killed_is_asked_again(marking: Path, tmp_path: Path) -> None:
    mark = tmp_path / "begun"
    with serving(marking, "--workers", "1") as stack, ThreadPoolExecutor() as pool:
        (worker,) = stack.model.workers()
        # however late the kill comes, it is still at it; the one that is asked next is not
        asked = pool.submit(ask, stack, 5, mark)
        wait_until(mark.exists)
        mark.unlink()
        worker.kill()
        answer = asked.result()
        assert answer.status_code == 200, answer.text
        assert answer.json()["predictions"] == [{"prediction": 3.0}]
        assert mark.exists(), "another worker has begun it anew"
        assert worker.pid not in [other.pid for other in stack.model.workers()]


def test_the_next_request_waits_for_the_worker_that_replaces_a_killed_one(slow: Path) -> None:
    with serving(slow) as stack:
        assert ask_while_there_is_no_worker(stack).status_code == 200


def test_a_worker_that_hangs_is_replaced_at_the_deadline(slow: Path) -> None:
    with serving(slow, "--deadline-seconds", "1") as stack:
        (worker,) = stack.model.workers()
        worker.suspend()
        answer = ask(stack)
        assert answer.status_code == 504
        assert answer.json()["code"] == "DEADLINE"
        wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
        wait_until(lambda: ask(stack).status_code == 200)


def test_a_prediction_over_the_deadline_is_ended(slow: Path) -> None:
    with serving(slow, "--deadline-seconds", "0.5") as stack:
        assert ask(stack, 20).status_code == 504
        wait_until(lambda: ask(stack).status_code == 200)


def test_requests_in_flight_are_finished_when_the_model_service_stops(marking: Path, tmp_path: Path) -> None:
    marks = [tmp_path / "first", tmp_path / "second"]
    with serving(marking) as stack, ThreadPoolExecutor() as pool:
        asked = [pool.submit(ask, stack, 0.5, mark) for mark in marks]
        wait_until(lambda: all(mark.exists() for mark in marks))
        stack.model.process.send_signal(signal.SIGTERM)
        assert [answer.result().status_code for answer in asked] == [200, 200]
        assert stack.model.process.wait(timeout=90) == 0


def test_requests_in_flight_are_finished_when_the_api_service_stops(marking: Path, tmp_path: Path) -> None:
    mark = tmp_path / "begun"
    with serving(marking) as stack, ThreadPoolExecutor() as pool:
        asked = pool.submit(ask, stack, 0.5, mark)
        wait_until(mark.exists)
        stack.api.process.send_signal(signal.SIGTERM)
        assert asked.result().status_code == 200
        assert stack.api.process.wait(timeout=90) == 0


def test_workers_end_with_a_supervisor_that_is_killed(slow: Path) -> None:
    with serving(slow) as stack:
        (worker,) = stack.model.workers()
        stack.model.process.kill()
        stack.model.process.wait()
        wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
        answer = ask(stack)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]


def test_a_model_that_kills_its_process_is_answered_with_503(tmp_path: Path, language: str) -> None:
    with serving(write_project(tmp_path, language, "dies")) as stack:
        answer = stack.client.post("/predict", json={"data": [{"a": 1, "b": 2}]})
        assert answer.status_code == 503
        assert answer.json()["code"] == "WORKER_DIED"
        assert "SIGKILL" in answer.json()["detail"]


def test_a_model_that_can_not_be_loaded_ends_the_service_with_its_problem(tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path, language, "sum")
    for path in project.glob("model.*"):
        path.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "anops_model_service", "--project", str(project), "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert '"event": "failed"' in done.stdout
    assert "Traceback" not in done.stderr


def test_no_worker_leaves_temporary_files(slow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with serving(slow) as stack:
        assert list(temporary.iterdir())
        assert ask_while_there_is_no_worker(stack).status_code == 200
    assert list(temporary.iterdir()) == []
