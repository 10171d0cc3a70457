"""Every behaviour is tested in both languages."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from little_models import LANGUAGES, write_project
from raw_connections import api
from stack import Service, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def _hears_ctrl_c() -> None:
    """Take Ctrl-C as in a terminal: what a shell starts in its background ignores it, and so would all from here."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def sum_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A model-service whose model adds two numbers."""
    project = write_project(tmp_path_factory.mktemp("sum"), "python", "sum", row_independent=True)
    with running("anops_model_service", "--project", str(project), "--port", "0") as service:
        yield service


@pytest.fixture(scope="session")
def impatient(sum_model: Service) -> Iterator[Service]:
    """An api-service in front of it that waits for seconds where others wait for minutes."""
    limits = ("--header-seconds", "1", "--body-seconds", "1.5", "--keep-alive-seconds", "12", "--max-bodies-mb", "0.5")
    with api(sum_model, *limits, "--min-bytes-per-second", "1") as service:
        yield service
