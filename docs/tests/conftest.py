from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from terminal import Desk, desk

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parents[1]


@pytest.fixture
def docs() -> Path:
    return DOCS


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Desk]:
    """A reader with an empty folder."""
    with desk(tmp_path) as work:
        yield work


@pytest.fixture(scope="session")
def reader_with_a_served_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A reader who has made the example project in R and serves it."""
    with desk(tmp_path_factory.mktemp("served")) as work:
        work.type("ao init mtcars-mpg --lang r")
        work.type("cd mtcars-mpg")
        # guides save programs in the project's folder: none should load the model again while the next one asks
        work.start("ao serve --no-reload", until="is served on http")
        work.type("cd mtcars-mpg")
        yield work
