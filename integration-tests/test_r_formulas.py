"""Whatever stands in a formula, a request sends the columns as they were before, and R's own answer comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from families import check_family, families

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = families("r_formulas")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_formula_is_understood(name: str, tmp_path: Path) -> None:
    check_family(FAMILIES[name], tmp_path)
