"""A model-service that stands still is noticed: its callers hear so, those under way at the deadline at the latest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine import wait_until
from little_models import write_project

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from engine import Engine, Stack

ROWS = [{"a": 1, "b": 2}]
DEADLINE = 4


def ask(stack: Stack) -> httpx.Response:
    return stack.client.post("/predict", json={"data": ROWS})


def test_a_paused_model_service_is_told_as_not_ready(engine: Engine, tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path, language, "sum", row_independent=True)
    stack = engine.stack(engine.project_image(project, language), answer_seconds=DEADLINE)
    assert stack.predict(ROWS) == [{"prediction": 3}]
    model = stack.model.get_wrapped_container()
    model.pause()
    answer = ask(stack)
    assert (answer.status_code, answer.json()["code"]) in {(504, "DEADLINE"), (503, "NOT_READY")}, answer.text
    wait_until(lambda: not stack.is_ready())
    # as often as there are workers and places: none may stay taken
    seconds = []
    for _ in range(3):
        begun = time.monotonic()
        answer = ask(stack)
        seconds.append(time.monotonic() - begun)
        assert (answer.status_code, answer.json()["code"]) == (503, "NOT_READY"), answer.text
        assert "does not answer" in answer.json()["detail"]
        assert answer.headers["Retry-After"]
    assert min(seconds) < DEADLINE, "nobody waits for a service that is known not to answer"
    assert stack.client.get("/health/live").status_code == 200
    model.unpause()
    wait_until(lambda: ask(stack).status_code == 200)
    assert stack.predict(ROWS) == [{"prediction": 3}]
