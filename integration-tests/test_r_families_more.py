"""Families of R's packages answer over REST as their own predict() does in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from families import check_family, families

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.mark import ParameterSet

FAMILIES = families("r_more")


def of_each_package() -> list[ParameterSet]:
    """Return the names of all families: the first of each package at each change, the others with the long tests."""
    packages: set[str] = set()
    made = []
    for name, family in FAMILIES.items():
        made.append(pytest.param(name, marks=[pytest.mark.long] if family.package in packages else []))
        packages.add(family.package)
    return made


@pytest.mark.parametrize("name", of_each_package())
def test_a_family_does_what_its_table_says(name: str, tmp_path: Path) -> None:
    check_family(FAMILIES[name], tmp_path)
