"""What the README tells to type, from a saved model to a prediction, works in R and in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_steps import steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Desk


@pytest.mark.long
@pytest.mark.parametrize(("program", "project"), [("Rscript fit.R", "cars"), ("python fit.py", "iris")])
def test_a_saved_model_is_served_as_the_readme_says(docs: Path, reader: Desk, program: str, project: str) -> None:
    steps = steps_of(docs.parent / "README.md")
    begin = next(at for at, step in enumerate(steps) if step.file == program.split()[1])
    saved, *others = steps[begin : begin + 3]
    reader.follow([saved])
    reader.type(program)
    served, asked = others
    reader.follow_in(project, [served])
    assert "prediction" in reader.type(asked.text.replace("8080", reader.url.rsplit(":", 1)[1]))
