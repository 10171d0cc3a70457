"""The contract reads as people write it and refuses what makes no sense, in words."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from anops_model_interface.columns import column_from_array
from anops_model_interface.errors import FaultCollector
from anops_model_interface.misfits import misfit
from anops_model_interface.open_inference.metadata import metadata_of, schema_in
from anops_model_interface.open_inference.open_inference_pb2 import ModelMetadataResponse
from anops_model_interface.schema import ColumnSpec, Schema
from pydantic import TypeAdapter


def test_a_schema_travels_in_metadata() -> None:
    schema = Schema.of(
        {
            "inputs": {"wt": "number", "Gear.Type": {"type": "category", "levels": ["no", "1.10"], "missing": "no"}},
            "outputs": {"prediction": "number"},
            "options": {"level": {"type": "number", "min": 0.5, "max": 0.999, "default": 0.95}},
        }
    ).resolved(missing="allow")
    sent = metadata_of(name="m", version="1", platform="anops_r", schema=schema, properties={})
    read = schema_in(ModelMetadataResponse.FromString(sent.SerializeToString()))
    assert read == schema
    assert [(tensor.name, tensor.datatype) for tensor in sent.inputs] == [("wt", "FP64"), ("Gear.Type", "BYTES")]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ({"type": "number", "levels": ["a"]}, "`levels` go with type category, not number"),
        ({"type": "category", "levels": ["a", "a"]}, "`levels` must be different"),
        ({"type": "string", "min": 1}, "`min` goes with type number or integer"),
        ({"type": "number", "min": 2, "max": 1}, "`min` must not be greater than `max`"),
        ({"type": "category", "levels": ["a"], "novel": "b"}, "`novel` must be"),
        ({"type": "number", "missing": "x"}, "`missing` must be"),
        ({"type": "number", "units": "kg"}, "units"),
        ({"type": "datetime", "timezone": "Europe/Bonn"}, "Europe/Bonn"),
    ],
)
def test_a_column_that_makes_no_sense_is_refused(column: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Schema.of({"inputs": {"x": column}})


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ({"type": "number", "min": 0.5}, 0.1, "must be at least 0.5, not 0.1"),
        ({"type": "number"}, "0.9", "must be a number, not text"),
        ({"type": "integer"}, 1.5, "must be a whole number, not 1.5"),
        ({"type": "boolean"}, 1, "must be true or false, not a number"),
        ({"type": "category", "levels": ["a", "b"]}, "c", 'must be one of a, b, not "c"'),
        ({"type": "integer"}, 2.0, None),
        ({"type": "number"}, 10**308, None),
        ({"type": "number"}, 10**309, "must be a number below 2^1024 in size"),
        ({"type": "integer"}, -(10**309), "must be an integer below 2^1024 in size"),
        ({"type": "number"}, math.inf, None),
        ({"type": "number"}, math.nan, "must be a number, not NaN"),
    ],
)
def test_a_value_says_why_it_does_not_fit(option: dict[str, object], value: object, words: str | None) -> None:
    assert misfit(Schema.of({"options": {"x": option}}).options["x"], value) == words


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        ({"type": "number", "seen": [3, 1]}, "the smallest value first"),
        ({"type": "number", "seen": [1]}, "seen"),
        ({"type": "number", "seen": [True, False]}, "seen"),
        ({"type": "number", "seen": ["1", "2"]}, "must be two numbers"),
        ({"type": "number", "seen": [0.0, float("inf")]}, "must be two numbers"),
        ({"type": "date", "seen": ["2026-01-01", "soon"]}, "ISO 8601"),
        ({"type": "date", "seen": [1.0, 2.0]}, "ISO 8601"),
        ({"type": "string", "seen": ["a", "b"]}, "`seen` goes with type"),
    ],
)
def test_a_seen_range_must_be_two_values_of_the_column_in_order(column: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Schema.of({"inputs": {"x": column}})


def test_a_seen_range_comes_back_from_json() -> None:
    schema = Schema.of(
        {"inputs": {"x": {"type": "number", "seen": [1, 2.5]}, "d": {"type": "date", "seen": ["2026-01-01"] * 2}}}
    )
    assert Schema.from_json(schema.to_json()) == schema
    assert schema.inputs["x"].seen == (1.0, 2.5)


def test_an_assumed_number_takes_booleans_and_no_other_type_is_assumed() -> None:
    faults = FaultCollector()
    sent = np.array([True, False, True])
    missing = np.array([False, False, True])
    spec = ColumnSpec(type="number", assumed=True)
    column = column_from_array("x", sent, missing, spec, faults)
    assert column.values.tolist()[:2] == [1.0, 0.0]
    assert column.from_booleans is not None
    assert column.from_booleans.tolist() == [True, True, False]
    assert not faults
    column_from_array("x", sent, None, ColumnSpec(type="number"), faults)
    assert faults.faults[0].message == "column `x` must be a number, not true or false"
    with pytest.raises(ValueError, match="`assumed` goes with type number, not integer"):
        ColumnSpec(type="integer", assumed=True)


def test_pydantic_and_json_read_the_same_contract() -> None:
    tables = {
        "inputs": {
            "wt": {"type": "number", "seen": [1, 5.5], "missing": 2},
            "cyl": {"type": "number", "values": [4, 6]},
        },
        "options": {
            "level": {"type": "number", "default": 0.95},
            "at": {"type": "integer", "list": True, "default": [1]},
        },
    }
    written = Schema.of(tables)
    assert TypeAdapter(Schema).validate_python(tables) == written
    assert Schema.from_json(written.to_json()) == written


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"inputs": {"wt": {"type": "number", "min": "1"}}}, "`inputs.wt`: Expected `float"),
        (
            {"inputs": {"wt": {"type": "numbr"}}},
            "`inputs.wt.type` must be one of number, integer, boolean, string, ",
        ),
        ({"inputs": {"wt": {"type": "number", "lowest": 1}}}, "`inputs.wt` can't have the key `lowest`"),
        ({"inputs": {"wt": {"min": 1}}}, "`inputs.wt.type` must be one of"),
        ({"inputs": {"wt": {"type": ["number"]}}}, "`inputs.wt.type` must be one of"),
        ({"inputs": {"wt": 5}}, "`inputs.wt` must be a type"),
        ({"inputs": []}, "`inputs` must be a table"),
        ({"columns": {}}, "a schema can't have the key `columns`"),
    ],
)
def test_what_is_no_schema_says_where(tables: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        Schema.of(tables)
