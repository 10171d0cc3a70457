"""The images' own health checks see what the services are able to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import API, health_of, wait_until
from little_models import write_project

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Engine

EVERY_SECOND = {"interval": 1_000_000_000, "retries": 1, "start_period": 1_000_000}


def test_a_model_service_turns_healthy(engine: Engine, tmp_path: Path, language: str) -> None:
    image = engine.project_image(write_project(tmp_path, language, "sum"), language)
    model = engine.run(image, healthcheck=EVERY_SECOND)
    wait_until(lambda: health_of(model) == "healthy")


def test_a_model_that_can_not_be_loaded_ends_its_container_and_says_why(
    engine: Engine, tmp_path: Path, language: str
) -> None:
    project = write_project(tmp_path, language, "sum")
    code = next(project.glob("model.*"))
    code.write_text("x <- (\n" if language == "r" else "def (:\n")
    model = engine.run(engine.project_image(project, language)).get_wrapped_container()
    assert model.wait(timeout=60)["StatusCode"] == 3
    assert code.name in model.logs().decode()


def test_an_api_service_without_a_model_service_is_unhealthy(engine: Engine) -> None:
    api = engine.run(API, healthcheck=EVERY_SECOND)
    wait_until(lambda: health_of(api) == "unhealthy")
