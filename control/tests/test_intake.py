"""Files that `ao init` can't take in by themselves, and what to do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from anops_control.init.intake import take_in

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("net.keras", "Keras and PyTorch"),
        ("net.pt", "Keras and PyTorch"),
        ("net.pt2", "Keras and PyTorch"),
        ("tree.pmml", "for PMML"),
        ("fit", "--lang"),
    ],
)
def test_a_file_of_another_kind_is_told_its_way(tmp_path: Path, name: str, remedy: str) -> None:
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(CommandError) as caught:
        take_in(tmp_path / name, None, tmp_path)
    assert remedy in str(caught.value.remedy)
