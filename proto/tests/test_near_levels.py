"""A level that a program has changed on its way is recognised."""

from __future__ import annotations

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame
from anops_model_interface.near_levels import level_remedy
from anops_model_interface.schema import Schema
from anops_model_interface.validation import validate_frame

LEVELS = ("01067", "80331", "Bonn", " a", "x", "X")
NUMBERS = "a program took the codes for numbers: read and send them as text"


@pytest.mark.parametrize(
    ("sent", "meant", "why"),
    [
        ("1067", "01067", NUMBERS),
        ("1067.0", "01067", NUMBERS),
        ("80331.0", "80331", NUMBERS),
        (" 80331", "80331", "it was sent with blanks around it"),
        ("a", " a", "it has blanks around it"),
        ("BONN", "Bonn", "small and capital letters are told apart"),
    ],
)
def test_the_level_that_is_meant_is_named(sent: str, meant: str, why: str) -> None:
    assert level_remedy(sent, LEVELS) == f"Is `{meant}` meant? If so, {why}."


@pytest.mark.parametrize("sent", ["1068", "", "x ", "Bon", "0"])
def test_nothing_is_guessed(sent: str) -> None:
    assert level_remedy(sent, LEVELS) is None


def test_a_refusal_names_it() -> None:
    schema = Schema.of({"inputs": {"plz": {"type": "category", "levels": ["01067", "80331"]}}})
    frame = Frame((Column("plz", "category", np.array(["80331", "1067"], dtype=object)),), 2)
    with pytest.raises(AnOpsError) as caught:
        validate_frame(frame, schema)
    assert caught.value.problem.code == Code.COLUMN_LEVEL
    assert caught.value.problem.remedy == f"Is `01067` meant? If so, {NUMBERS}."
