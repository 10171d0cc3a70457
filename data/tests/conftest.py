from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from desks import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def r_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("library")
    sources = Path(__file__).parents[2] / "client/r/anops"
    command = ["R", "CMD", "INSTALL", "--no-docs", "--no-test-load", f"--library={library}", str(sources)]
    subprocess.run(command, check=True, capture_output=True)
    return library
