from __future__ import annotations

import tomllib
from typing import Any

from anops_control.init.schema_toml import spec_lines
from anops_model_interface.schema import Schema


def _schema(inputs: dict[str, Any], options: dict[str, Any] | None = None) -> Schema:
    return Schema.of({"inputs": inputs, "outputs": {}, "options": options or {}})


def test_columns_are_written_as_a_person_would() -> None:
    schema = _schema(
        {
            "wt": {"type": "number", "min": 0, "unit": "1000 lb", "description": "Weight"},
            "hp": "number",
            "cyl": {"type": "number", "values": [4, 6, 8.5]},
            "Gear.Type": {"type": "category", "levels": ["auto", 'the "new" one'], "missing": "error"},
            "größe (cm)": "integer",
            "a b": {"type": "category", "levels": ["lo", "hi"], "ordered": True, "novel": "missing"},
            "when": {"type": "datetime", "timezone": "Europe/Berlin", "missing": "allow"},
        }
    )
    assert spec_lines(schema.inputs).splitlines() == [
        'wt = { type = "number", min = 0, description = "Weight", unit = "1000 lb" }',
        'hp = "number"',
        'cyl = { type = "number", values = [4, 6, 8.5] }',
        r'"Gear.Type" = { type = "category", levels = ["auto", "the \"new\" one"], missing = "error" }',
        '"größe (cm)" = "integer"',
        '"a b" = { type = "category", levels = ["lo", "hi"], ordered = true, novel = "missing" }',
        'when = { type = "datetime", timezone = "Europe/Berlin", missing = "allow" }',
    ]


def test_options_keep_their_defaults() -> None:
    schema = _schema(
        {},
        {
            "interval": {"type": "category", "levels": ["none", "confidence"], "default": "none"},
            "level": {"type": "number", "min": 0.5, "max": 0.999, "default": 0.95},
            "se": {"type": "boolean", "default": False},
            "probs": {"type": "number", "list": True, "default": [0.1, 0.9]},
        },
    )
    assert spec_lines(schema.options).splitlines() == [
        'interval = { type = "category", levels = ["none", "confidence"], default = "none" }',
        'level = { type = "number", min = 0.5, max = 0.999, default = 0.95 }',
        'se = { type = "boolean", default = false }',
        'probs = { type = "number", default = [0.1, 0.9], list = true }',
    ]


def test_what_is_written_reads_back_as_the_same_schema() -> None:
    schema = _schema(
        {
            "Sepal.Length": {"type": "number", "min": -1e-300, "max": 1e300},
            "": "string",
            "line\nbreak": {"type": "category", "levels": ["", "\\", "é", "NA", "1.0"]},
            "'\"": {"type": "integer", "missing": 7, "max": 2**53},
            "x": {"type": "number", "values": [0.1, 1e16, -0.0], "missing": 0.1},
        }
    )
    assert _schema(tomllib.loads(spec_lines(schema.inputs))) == schema


def test_a_remark_stands_behind_its_column() -> None:
    schema = _schema({"code": "number", "a b": "number"})
    written = spec_lines(schema.inputs, {"a b": 'write "integer"'})
    assert written.splitlines() == ['code = "number"', '"a b" = "number"  # write "integer"']
    assert _schema(tomllib.loads(written)) == schema
