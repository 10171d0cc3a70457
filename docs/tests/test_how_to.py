"""The commands and programs of the how-to guides work against a model that is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_steps import steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Desk

PAGES = [
    "predict-from-r.md",
    "predict-from-python.md",
    "predict-with-curl.md",
    "predict-with-csv.md",
    "complete-ao-toml.md",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_guide_works_as_it_is_printed(page: str, docs: Path, reader_with_a_served_model: Desk) -> None:
    steps = steps_of(docs / "how-to" / page)
    assert steps
    reader_with_a_served_model.follow(steps)


def test_another_client_is_answered_as_it_is_printed(docs: Path, reader: Desk) -> None:
    reader.type("ao init mtcars-mpg --lang r")
    reader.follow(steps_of(docs / "how-to" / "call-the-model-service.md"))
