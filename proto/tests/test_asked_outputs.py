"""Which columns of an answer a request gets."""

from __future__ import annotations

import pytest
from anops_model_interface.asked_outputs import asked_outputs
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec

SPEC = ColumnSpec(type="number", description="With type = probability.")
DECLARED = {"prediction": ColumnSpec(type="string"), "yes": SPEC, "no": SPEC}


@pytest.mark.parametrize(
    ("given", "asked", "got"),
    [
        (["prediction"], [], ["prediction"]),
        (["prediction"], ["prediction", "yes", "no"], ["prediction"]),
        (["yes", "no"], ["prediction", "no", "yes"], ["no", "yes"]),
    ],
)
def test_outputs_that_only_some_options_bring_are_left_out(given: list[str], asked: list[str], got: list[str]) -> None:
    assert asked_outputs(given, asked, DECLARED) == got


def test_an_output_that_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(AnOpsError, match="Can't answer with output `maybe`: the model gives prediction"):
        asked_outputs(["prediction"], ["prediction", "maybe"], DECLARED)


def test_where_none_of_the_asked_outputs_is_there_it_is_said_what_brings_them() -> None:
    with pytest.raises(AnOpsError, match=r"`yes`: the model gives prediction\. `yes` comes otherwise: With type"):
        asked_outputs(["prediction"], ["yes"], DECLARED)
