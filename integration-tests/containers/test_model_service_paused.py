"""A model-service that stands still costs its callers the deadline, not more."""

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
DEADLINE = 1.5


def ask(stack: Stack) -> httpx.Response:
    return stack.client.post("/predict", json={"data": ROWS})


def test_a_paused_model_service_is_given_up_at_the_deadline(engine: Engine, tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path, language, "sum", row_independent=True)
    stack = engine.stack(engine.project_image(project, language), deadline_seconds=DEADLINE)
    assert stack.predict(ROWS) == [{"prediction": 3}]
    model = stack.model.get_wrapped_container()
    model.pause()
    # as often as there are workers and places: none may stay taken
    for _ in range(3):
        begun = time.monotonic()
        answer = ask(stack)
        assert DEADLINE <= time.monotonic() - begun < DEADLINE + 1
        assert answer.status_code == 504, answer.text
        assert answer.json()["code"] == "DEADLINE"
        assert f"{DEADLINE:g} seconds" in answer.json()["detail"]
    assert stack.client.get("/health/live").status_code == 200
    model.unpause()
    wait_until(lambda: ask(stack).status_code == 200, seconds=10)
    assert stack.predict(ROWS) == [{"prediction": 3}]
