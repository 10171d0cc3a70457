"""While many callers ask and a service stops, each request is answered or refused in words: none is lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import TYPE_CHECKING

import httpx
import pytest
from engine import stopped, wait_until
from little_models import MODELS, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Engine, Stack

CALLERS = 6
MODELS["python"]["steady"] = "import time; time.sleep(0.3); return data['a'] + data['b']"
MODELS["r"]["steady"] = "{ Sys.sleep(0.3); newdata$a + newdata$b }"


class Count:
    """How many requests have been answered with predictions, over all callers."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.answered = 0

    def one_more(self) -> None:
        with self._lock:
            self.answered += 1


def call_on(stack: Stack, caller: int, end: Event, count: Count) -> list[tuple[float, httpx.Response | None]]:
    """Ask again and again; return when each request was sent and its answer, None where there was no service."""
    answers: list[tuple[float, httpx.Response | None]] = []
    # a connection for each request: one that is kept may close under a request, and no server can help that
    with httpx.Client(base_url=stack.client.base_url, timeout=60, headers={"Connection": "close"}) as client:
        while not end.is_set():
            sent = time.monotonic()
            try:
                answer = client.post("/predict", json={"data": [{"a": caller, "b": len(answers)}]})
            # the engine's proxy of published ports takes connections for a service that has gone, and resets them
            except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError):
                answers.append((sent, None))
            else:
                answers.append((sent, answer))
            if answers[-1][1] is None or answers[-1][1].status_code != 200:
                time.sleep(0.1)
            else:
                count.one_more()
    return answers


@pytest.mark.parametrize("row_independent", [True, False], ids=["batched", "alone"])
@pytest.mark.parametrize("service", ["model", "api"])
def test_no_request_is_lost(
    engine: Engine, tmp_path: Path, language: str, service: str, *, row_independent: bool
) -> None:
    project = write_project(tmp_path, language, "steady", row_independent=row_independent)
    stack = engine.stack(engine.project_image(project, language))
    end, count = Event(), Count()
    with ThreadPoolExecutor(CALLERS) as pool:
        callers = [pool.submit(call_on, stack, caller, end, count) for caller in range(CALLERS)]
        try:
            wait_until(lambda: count.answered > CALLERS)
            told = time.monotonic()
            assert stopped(getattr(stack, service)) == 0
        finally:
            end.set()
    answered = 0
    for caller, done in enumerate(callers):
        for i, (sent, answer) in enumerate(done.result()):
            if answer is None:
                assert service == "api"
                assert sent > told
            elif answer.status_code == 200:
                answered += 1
                assert answer.json()["predictions"] == [{"prediction": caller + i}]
            else:
                assert sent > told, answer.text
                assert (answer.status_code, answer.json()["code"]) == (503, "NOT_READY")
                assert answer.headers["Retry-After"]
    assert answered > CALLERS
    # what the service has finished has reached its caller
    assert b"".join(stack.api.get_logs()).count(b'"path":"/predict","status":200,') == answered
