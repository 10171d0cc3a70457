"""Families of Python models answer over REST as their own predict() does in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from families import check_family, families
from python_families import plain_python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from families import Way

FAMILIES = families("python_sklearn") | families("python_statsmodels") | families("python_boosters")


@pytest.fixture(scope="module")
def python() -> Iterator[Way]:
    with plain_python() as way:
        yield way


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_does_what_its_table_says(name: str, tmp_path: Path, python: Way) -> None:
    check_family(FAMILIES[name], tmp_path, python)
