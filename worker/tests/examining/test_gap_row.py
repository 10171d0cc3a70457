from __future__ import annotations

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame
from anops_model_interface.schema import Schema
from anops_worker.examining.gap_row import with_gap

ROWS = Frame(
    (Column("x", "number", np.array([1.0, 2.0])), Column("g", "category", np.array(["a", "b"], dtype=object))), 2
)


def schema(**missing: str) -> Schema:
    inputs = {"x": {"type": "number"}, "g": {"type": "category", "levels": ["a", "b"]}}
    for name, policy in missing.items():
        inputs[name]["missing"] = policy
    return Schema.of({"inputs": inputs}).resolved(missing="error")


def double(frame: Frame) -> Frame:
    return Frame((Column("prediction", "number", frame["x"].values * 2),), frame.rows)


def test_a_number_that_may_be_missing_is_shown_missing() -> None:
    found = with_gap(ROWS, schema(x="allow", g="allow"), double)
    assert found is not None
    rows, answers = found
    assert rows["x"].is_missing().tolist() == [False, False, True]
    assert rows["g"].values.tolist() == ["a", "b", "a"]
    assert answers["prediction"].is_missing().tolist() == [False, False, True]


def test_a_category_is_taken_where_no_number_may_be_missing() -> None:
    found = with_gap(ROWS, schema(g="allow"), double)
    assert found is not None
    assert found[0]["g"].is_missing().tolist() == [False, False, True]


def test_where_nothing_may_be_missing_no_row_is_added() -> None:
    assert with_gap(ROWS, schema(), double) is None


def test_rows_that_show_a_missing_value_already_stay_as_they_are() -> None:
    rows = Frame((Column("x", "number", np.array([1.0, np.nan])), ROWS["g"]), 2)
    assert with_gap(rows, schema(x="allow"), double) is None


def test_a_model_that_fails_on_it_gets_no_such_row() -> None:
    def fails(_: Frame) -> Frame:
        raise AnOpsError(Code.MODEL_FAILED, "no")

    assert with_gap(ROWS, schema(x="allow"), fails) is None
