"""Fixtures of all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from simulated import PYTHON, R

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the same functions in both languages."""
    (tmp_path / "model.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "model.R").write_text(R, encoding="utf-8")
    return tmp_path
