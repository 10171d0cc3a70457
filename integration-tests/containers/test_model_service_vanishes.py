"""A model-service that vanishes without a word is noticed, though no connection is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import wait_until
from little_models import write_project

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Engine, Stack

ROWS = [{"a": 1, "b": 2}]
NOTICED = 60
"""Seconds: the time between two probes, the patience with one, and some for a busy machine."""


def answers(stack: Stack) -> bool:
    return stack.client.post("/predict", json={"data": ROWS}).status_code == 200


def test_one_that_stands_still_makes_the_api_service_unready(engine: Engine, tmp_path: Path) -> None:
    stack = engine.stack(engine.project_image(write_project(tmp_path, "python", "sum"), "python"))
    model = stack.model.get_wrapped_container()
    model.pause()
    wait_until(lambda: not stack.is_ready(), seconds=NOTICED)
    assert "does not answer" in stack.client.get("/health/ready").json()["detail"]
    model.unpause()
    wait_until(stack.is_ready, seconds=NOTICED)
    assert stack.predict(ROWS) == [{"prediction": 3}]


def test_one_whose_network_is_gone_is_found_at_its_new_place(engine: Engine, tmp_path: Path) -> None:
    image = engine.project_image(write_project(tmp_path, "python", "sum"), "python")
    stack = engine.stack(image)
    assert stack.predict(ROWS) == [{"prediction": 3}]
    network = stack.model.get_docker_client().client.networks.get(stack.network.id)
    # its packets come to nothing from now on, and nobody says so
    network.disconnect(stack.model.get_wrapped_container().id, force=True)
    wait_until(lambda: not stack.is_ready(), seconds=NOTICED)
    # takes the address, so that the next has another
    engine.run(image, network=stack.network, alias="other", entrypoint=["sleep", "600"], init=True)
    engine.run(image, network=stack.network, alias="model-service")
    wait_until(lambda: answers(stack), seconds=NOTICED)
