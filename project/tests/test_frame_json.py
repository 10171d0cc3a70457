from __future__ import annotations

import json
import math

import pytest
from anops_model_interface.schema import ColumnSpec, Schema
from anops_project.description import Description
from anops_project.frame_json import frame_from_json, frame_to_json

WRITTEN = {
    "columns": {
        "wt": [0.1, None, "Inf", "-Inf"],
        "gear": [4, None, 9007199254740993, -1],
        "new": [True, None, False, True],
        "größe": ["a", None, "", "NA"],
        "sold": ["2026-01-05", None, "2026-12-31", "2026-02-01"],
    },
    "types": {"wt": "number", "gear": "integer", "new": "boolean", "größe": "category", "sold": "date"},
}


def test_a_frame_survives_json_exactly() -> None:
    frame = frame_from_json(json.loads(json.dumps(WRITTEN)))
    assert json.loads(json.dumps(frame_to_json(frame), allow_nan=False)) == WRITTEN


def test_missing_is_null_and_infinity_a_word() -> None:
    frame = frame_from_json(WRITTEN)
    assert frame["wt"].values[2:].tolist() == [math.inf, -math.inf]
    for column in frame.columns:
        assert column.is_missing().tolist() == [False, True, False, False]


def test_a_frame_without_columns_keeps_its_rows() -> None:
    assert frame_from_json(frame_to_json(frame_from_json({"columns": {}, "rows": 3}))).rows == 3


def test_types_come_from_the_schema_where_it_has_the_column() -> None:
    specs = {"x": ColumnSpec(type="number")}
    assert frame_from_json({"columns": {"x": [1, 2]}}, specs)["x"].values.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({}, "`columns` must be an object"),
        ({"columns": {"x": [1]}}, "column `x` must have a type"),
        ({"columns": {"x": 1}, "types": {"x": "number"}}, "column `x` must be a list"),
        ({"columns": {"x": [1, "potato"]}, "types": {"x": "number"}}, "column `x`, row 2: must be a number, not text"),
        (
            {"columns": {"x": [1], "y": []}, "types": {"x": "number", "y": "number"}},
            "all columns must have the same number of values",
        ),
    ],
)
def test_what_is_no_frame_is_told(written: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        frame_from_json(written)


def test_a_description_survives_json() -> None:
    schema = Schema(inputs={"wt": ColumnSpec(type="number")}, outputs={"prediction": ColumnSpec(type="number")})
    found = Description("lm", "mpg ~ wt", schema, packages={"stats": "4.2.2"}, notes=("a note",), row_independent=True)
    assert Description.from_json(found.to_json()) == found


def test_a_description_that_lacks_something_is_told() -> None:
    with pytest.raises(ValueError, match="lacks `summary`"):
        Description.from_json('{"model_class": "lm"}')
