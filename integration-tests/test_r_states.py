"""Models that do not keep the state of their fitting answer as R does in that state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from families import check_family, families

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = families("r_states")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_model_is_asked_in_the_state_of_its_fit(name: str, tmp_path: Path) -> None:
    check_family(FAMILIES[name], tmp_path)
