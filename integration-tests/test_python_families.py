"""Families of Python models answer over REST as their own predict() does in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from families import check_family, families
from python_families import PYTHON

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = families("python_sklearn") | families("python_statsmodels") | families("python_boosters")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_does_what_its_table_says(name: str, tmp_path: Path) -> None:
    check_family(FAMILIES[name], tmp_path, PYTHON)
