"""A prediction from containers is the language's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine import reference_of

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Engine


def test_a_projects_image_predicts_as_the_language_does(engine: Engine, example: Path) -> None:
    rows, expected = reference_of(example)
    # read-only and without root, as every container of these tests
    received = engine.stack(engine.image(example)).predict(rows)
    for got, wanted in zip(received, expected, strict=True):
        number = isinstance(wanted["prediction"], float)
        assert got["prediction"] == (pytest.approx(wanted["prediction"], rel=1e-9) if number else wanted["prediction"])
