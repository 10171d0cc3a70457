from __future__ import annotations

import numpy as np
from anops_control.init.outside import outside_note
from anops_model_interface.frames import Column, Frame
from anops_model_interface.schema import Schema
from anops_project.description import Description

SCHEMA = Schema.of({"inputs": {"kg": {"type": "number", "seen": [1, 5]}, "n": "number"}})


def notes(*values: float) -> tuple[str, ...]:
    columns = tuple(Column(name, "number", np.array(values)) for name in ("kg", "n"))
    return outside_note(Description("lm", "lm", SCHEMA, rows=Frame(columns, len(values))))


def test_rows_that_all_lie_outside_of_the_fit_are_told_with_both_ranges() -> None:
    (told,) = notes(1000.0, 4500.0, np.nan)
    assert told.startswith(
        "All reference rows lie outside of what the model was fitted on: `kg` was 1 to 5, and is 1000 to 4500 in them."
    )


def test_rows_of_which_some_lie_within_are_not_told_of() -> None:
    assert notes(1000.0, 5.0) == ()
    assert notes(np.nan) == ()
