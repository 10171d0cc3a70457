"""A model-service that is killed costs no restart of the api-service: it says "later", then answers again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import wait_until
from little_models import write_project

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from engine import Engine, Stack
    from testcontainers.core.container import DockerContainer

ROWS = [{"a": 1, "b": 2}]
SOON = 45
"""Seconds in which a model-service that has started again must be found: not much of a search."""


def started(model: DockerContainer) -> int:
    """Return how often a model-service has said that a worker of it is ready."""
    return b"".join(model.get_logs()).count(b" is ready")


def ask(stack: Stack) -> httpx.Response:
    return stack.client.post("/predict", json={"data": ROWS})


def test_a_killed_model_service_is_waited_for(engine: Engine, tmp_path: Path, language: str) -> None:
    stack = engine.stack(engine.project_image(write_project(tmp_path, language, "sum"), language))
    assert stack.predict(ROWS) == [{"prediction": 3}]
    model = stack.model.get_wrapped_container()
    model.kill()
    model.wait()
    for _ in range(3):
        answer = ask(stack)
        assert answer.status_code == 503, answer.text
        assert answer.json()["code"] == "NOT_READY"
        assert int(answer.headers["Retry-After"]) >= 1
    assert stack.client.get("/health/live").status_code == 200
    assert stack.client.get("/health/ready").status_code == 503
    before = started(stack.model)
    model.start()
    wait_until(lambda: started(stack.model) > before)
    wait_until(lambda: ask(stack).status_code == 200, seconds=SOON)
    assert stack.predict(ROWS) == [{"prediction": 3}]
    assert stack.is_ready()


def test_a_model_service_at_another_address_is_found(engine: Engine, tmp_path: Path, language: str) -> None:
    image = engine.project_image(write_project(tmp_path, language, "sum"), language)
    stack = engine.stack(image)
    stack.model.get_wrapped_container().kill()
    # takes the address of the one that was killed, so that the next gets another
    engine.run(image, network=stack.network, alias="other", entrypoint=["sleep", "600"], init=True)
    assert ask(stack).status_code == 503
    other = engine.run(image, network=stack.network, alias="model-service")
    wait_until(lambda: started(other) > 0)
    wait_until(lambda: ask(stack).status_code == 200, seconds=SOON)
