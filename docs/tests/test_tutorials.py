"""A reader who does what a tutorial says gets what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from markdown_steps import steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Desk

R = "first-r-model.md"
PYTHON = "first-python-model.md"
TRAIN = "train-a-model.md"
POWER = "simulate-in-r.md"
EPIDEMIC = "simulate-in-python.md"


@pytest.mark.parametrize(("page", "least"), [(R, 6), (PYTHON, 6), (TRAIN, 2), (POWER, 6), (EPIDEMIC, 5)])
def test_a_tutorial_works_as_it_is_printed(page: str, least: int, docs: Path, reader: Desk) -> None:
    steps = steps_of(docs / "tutorials" / page)
    assert len(steps) >= least
    reader.follow(steps)


@pytest.mark.long
@pytest.mark.parametrize("page", ["keep-an-r-model-fresh.md", "keep-a-python-model-fresh.md"])
def test_a_model_is_kept_fresh_as_it_is_printed(page: str, docs: Path, reader: Desk) -> None:
    reader.follow(steps_of(docs / "tutorials" / page))


def test_the_two_tutorials_have_the_same_structure(docs: Path) -> None:
    def headings(page: str) -> list[str]:
        text = re.sub(r"```.*?```", "", (docs / "tutorials" / page).read_text(encoding="utf-8"), flags=re.DOTALL)
        return [line.replace("Python", "R") for line in text.splitlines() if line.startswith("#")]

    assert headings(R) == headings(PYTHON)
