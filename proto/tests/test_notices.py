"""What is told of the rows of a body that comes in pieces."""

from __future__ import annotations

import numpy as np
import pytest
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError, FaultCollector
from anops_model_interface.frames import Frame
from anops_model_interface.notices import Notices
from anops_model_interface.schema import Schema
from anops_model_interface.validation import checked_frame

SCHEMA = Schema.of(
    {
        "inputs": {
            "wt": {"type": "number", "min": 0, "seen": [1, 5], "missing": 3.0},
            "gear": {"type": "category", "levels": ["auto", "manual"], "novel": "auto", "missing": "error"},
        }
    }
)


def piece(wt: list[float], gear: list[str] | None = None) -> Frame:
    levels = np.array(gear or ["auto"] * len(wt), dtype=object)
    columns = (Column("wt", "number", np.array(wt)), Column("gear", "category", levels))
    return Frame((*columns, Column("id", "number", np.zeros(len(wt)))), len(wt))


def test_pieces_are_warned_of_like_the_whole() -> None:
    wt = [2.0, 9.0, np.nan, 8.0, 7.0, np.nan, 6.0, 0.5, 9.5, 1.0]
    gear = ["auto", "x", "manual", "auto", "y", "auto", "auto", "z", "manual", "auto"]
    whole = Notices()
    checked_frame(piece(wt, gear), SCHEMA, FaultCollector(), whole)
    notices, faults = Notices(), FaultCollector()
    for start in range(0, 10, 3):
        notices.rows_before = faults.rows_before = start
        checked_frame(piece(wt[start : start + 3], gear[start : start + 3]), SCHEMA, faults, notices)
    assert {warning.message for warning in notices.warnings()} == {warning.message for warning in whole.warnings()}
    assert sorted(notices.warnings(), key=str) == sorted(whole.warnings(), key=str)
    assert len(notices.warnings()) == 4


def test_a_fault_in_a_later_piece_names_the_row_of_the_body() -> None:
    faults = FaultCollector(rows_before=900_000)
    checked_frame(piece([2.0, -1.0]), SCHEMA, faults, Notices())
    with pytest.raises(AnOpsError, match="row 900002 is -1") as caught:
        faults.raise_if_any()
    assert caught.value.problem.faults[0].row == 900_002
