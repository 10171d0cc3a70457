from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_api_service.bodies.json_body import JsonBody
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.schema import ColumnSpec, Schema
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from anops_api_service.sent import Decoded

ANY = {"missing": "allow"}
SCHEMA = Schema.of(
    {
        "inputs": {
            "a b": {"type": "number", **ANY},
            "größe.x": {"type": "integer", **ANY},
            "flag": {"type": "boolean", **ANY},
            "s": {"type": "string", **ANY},
            "d": {"type": "date", **ANY},
        }
    }
)
INT64 = st.integers(-(1 << 63), (1 << 63) - 1)
ROW = st.fixed_dictionaries(
    {
        "a b": st.none() | st.floats(allow_nan=False) | st.integers(-(1 << 53), 1 << 53),
        "größe.x": st.none() | INT64,
        "flag": st.none() | st.booleans(),
        "s": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        "d": st.none() | st.dates().map(lambda day: day.isoformat()),
    }
)


def body_of(data: object) -> bytes:
    return json.dumps({"data": data}, allow_nan=False).encode()


def written(value: object) -> object:
    if isinstance(value, float) and math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return value


def values_of(decoded: Decoded) -> dict[str, list[Any]]:
    return {
        column.name: [
            None if gone else value
            for value, gone in zip(column.values.tolist(), column.is_missing().tolist(), strict=True)
        ]
        for column in decoded.frame.columns
    }


def one(kind: object, *values: object) -> list[Any]:
    schema = Schema.of({"inputs": {"x": kind}})
    return values_of(JsonBody(schema).read(body_of({"x": list(values)})))["x"]


def refused(kind: object, *values: object) -> Problem:
    schema = Schema.of({"inputs": {"x": kind}})
    with pytest.raises(AnOpsError) as caught:
        JsonBody(schema, "cars").read(body_of([{"x": value} for value in values]))
    return caught.value.problem


@given(st.lists(ROW, max_size=8))
def test_records_and_columns_come_back_as_they_were_sent(rows: list[dict[str, Any]]) -> None:
    reader = JsonBody(SCHEMA)
    records = [{name: written(value) for name, value in row.items()} for row in rows]
    columns = {name: [record[name] for record in records] for name in SCHEMA.inputs}
    for body in (body_of(records), body_of(columns)):
        decoded = reader.read(body)
        assert decoded.frame.rows == len(rows)
        assert values_of(decoded) == {name: [row[name] for row in rows] for name in SCHEMA.inputs}


@given(st.lists(ROW, max_size=4), st.binary(max_size=20))
def test_any_broken_body_is_a_problem_of_ours(rows: list[dict[str, Any]], noise: bytes) -> None:
    body = body_of([{name: written(value) for name, value in row.items()} for row in rows])
    middle = len(body) // 2
    try:
        JsonBody(SCHEMA).read(body[:middle] + noise + body[middle:])
    except AnOpsError as error:
        assert error.problem.message.startswith("Can't ")  # noqa: PT017  it may also be read


def test_numbers_are_taken_as_people_write_them() -> None:
    assert one("integer", 3.0, 4) == [3, 4]
    assert one("number", 3, 4.5) == [3.0, 4.5]
    assert one({"type": "category", "levels": ["4", "6", "low"]}, 4, 6.0, "low") == ["4", "6", "low"]
    assert one("number", 1e300, 10**20) == [1e300, 1e20]


@pytest.mark.parametrize("name", ["5'10\" tall", "back\\slash", "two\nlines", "\t", "", "a.b c", "ß∑"])
def test_any_text_names_a_column(name: str) -> None:
    reader = JsonBody(Schema.of({"inputs": {name: "number", "other": "string"}}))
    for body in (body_of([{name: 3, "other": "a"}]), body_of({name: [3], "other": ["a"]})):
        assert values_of(reader.read(body)) == {name: [3.0], "other": ["a"]}
        assert values_of(reader.take(body).read()) == {name: [3.0], "other": ["a"]}


def test_datetimes_are_read_in_the_timezone_of_the_column_and_sent_in_utc() -> None:
    kind = {"type": "datetime", "timezone": "Europe/Berlin"}
    assert one(kind, "2026-07-01T12:00:00", "2026-07-01T12:00:00Z", "2026-07-01T12:00:00-05:00") == [
        "2026-07-01T10:00:00Z",
        "2026-07-01T12:00:00Z",
        "2026-07-01T17:00:00Z",
    ]


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("number", "12", 'column `x` must be a number, not text; row 2 is "12"'),
        ("number", True, "column `x` must be a number, not true or false; row 2 is true"),
        ("number", [1], "column `x` must be a number, not a list; row 2 is a list"),
        ("number", (1 << 53) + 1, "column `x` must be a whole number up to 2^53 in size; row 2 is 9007199254740993"),
        ("integer", 2.5, "column `x` must be a whole number; row 2 is 2.5"),
        ("integer", 1 << 63, "column `x` must be a whole number below 2^63 in size; row 2 is 9223372036854775808"),
        ("boolean", 1, "column `x` must be true or false, not a number; row 2 is 1"),
        ("string", 4, "column `x` must be text, not a number; row 2 is 4"),
        ("category", False, "column `x` must be a category, not true or false; row 2 is false"),
        ("date", "31.12.2026", 'column `x` must be a date such as 2026-11-21; row 2 is "31.12.2026"'),
    ],
)
def test_a_value_of_the_wrong_type_is_named(kind: str, value: object, message: str) -> None:
    good: object = {"number": 1, "integer": 1, "boolean": True, "date": "2026-01-01"}.get(kind, "a")
    problem = refused(kind, good, value)
    assert problem.faults[0].message == message
    assert (problem.faults[0].row, problem.faults[0].column) == (2, "x")
    assert problem.message == f"Can't predict with model `cars`: {message}."


def test_a_number_beyond_doubles_is_named() -> None:
    with pytest.raises(AnOpsError, match="row 1 is 1e400"):
        JsonBody(Schema.of({"inputs": {"x": "number"}})).read(b'{"data": [{"x": 1e400}]}')


def test_a_record_without_a_column_is_a_mistake_and_null_is_missing() -> None:
    schema = Schema.of({"inputs": {"x": {"type": "number", "missing": "allow"}}})
    assert np.isnan(JsonBody(schema).read(body_of([{"x": 1}, {"x": None}])).frame["x"].values[1])
    with pytest.raises(AnOpsError) as caught:
        JsonBody(schema).read(body_of([{"x": 1}, {}]))
    assert caught.value.problem.code == "COLUMN_MISSING"
    assert caught.value.problem.faults[0].row == 2


def test_faults_of_different_columns_are_found_together() -> None:
    problem = refused_rows([{"a b": "?", "größe.x": 1.5, "flag": 0, "s": 1, "d": "x"}] * 2)
    assert {fault.column for fault in problem.faults} <= set(SCHEMA.inputs)
    assert (len(problem.faults), problem.more) == (5, 5)


def refused_rows(data: object) -> Problem:
    with pytest.raises(AnOpsError) as caught:
        JsonBody(SCHEMA).read(body_of(data))
    return caught.value.problem


def test_ragged_columns_are_refused() -> None:
    problem = refused_rows({"a b": [1, 2], "größe.x": [1], "flag": [True, False], "s": ["", ""], "d": [None, None]})
    assert problem.code == "COLUMN_LENGTH"
    assert problem.faults[0].message == "column `größe.x` must have 2 values like `a b`, not 1"


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        (b"", "BODY_SYNTAX", "it is empty"),
        (b"wt,hp\n1,2", "BODY_SYNTAX", "line 1, column 1"),
        (b'{"data": [{"a b": NaN}]}', "BODY_SYNTAX", "JSON has no NaN"),
        (b'{"data": "\xff"}', "BODY_SYNTAX", "byte 11"),
        (b"[" * 100_000, "BODY_SYNTAX", "nested too deeply"),
        (b"[1]", "BODY_SHAPE", "row 1 is a number"),
        (b'{"instances": []}', "BODY_SHAPE", "`instances`"),
        (b'{"options": {}}', "BODY_SHAPE", "`data` is missing"),
        (b'{"data": 3}', "BODY_SHAPE", "not a number"),
        (b'{"data": {"a b": 3}}', "BODY_SHAPE", "a list of values for each column"),
        (b'{"data": [1, 2]}', "BODY_SHAPE", "row 1 is a number"),
        (b'{"data": [], "options": []}', "BODY_SHAPE", "`options` must be an object"),
    ],
)
def test_a_body_of_another_shape_is_refused(body: bytes, code: str, text: str) -> None:
    with pytest.raises(AnOpsError) as caught:
        JsonBody(SCHEMA).read(body)
    assert caught.value.problem.code == code
    assert text in caught.value.problem.message


@pytest.mark.parametrize("by_record", [True, False])
def test_a_wrong_type_hides_no_other_fault_of_its_column(by_record: bool) -> None:
    schema = Schema.of(
        {
            "inputs": {
                "hp": {"type": "number", "min": 1, "missing": "error"},
                "n": {"type": "integer", "max": 9, "missing": "error"},
                "gear": {"type": "category", "levels": ["auto", "manual"], "missing": "error"},
            }
        }
    )
    columns = {
        "hp": ["potato", None, -1, 5],
        "n": [1.5, None, 10, 2],
        "gear": [True, None, "fly", "auto"],
    }
    found = []
    for name, values in columns.items():
        data = [{name: value} for value in values] if by_record else {name: values}
        found.append([(fault.code, fault.row) for fault in problem_of(body_of(data), only(schema, name)).faults])
    assert found == [
        [("COLUMN_TYPE", 1), ("COLUMN_RANGE", 3), ("VALUE_MISSING", 2)],
        [("COLUMN_TYPE", 1), ("COLUMN_RANGE", 3), ("VALUE_MISSING", 2)],
        [("COLUMN_TYPE", 1), ("COLUMN_LEVEL", 3), ("VALUE_MISSING", 2)],
    ]


def test_a_row_without_a_column_hides_no_other_fault_of_it() -> None:
    schema = Schema.of({"inputs": {"hp": {"type": "number", "min": 1, "missing": "error"}, "k": "string"}})
    problem = problem_of(body_of([{"k": "a"}, {"hp": "x", "k": "b"}, {"hp": -1, "k": "c"}]), schema)
    assert [(fault.code, fault.row) for fault in problem.faults] == [
        ("COLUMN_MISSING", 1),
        ("COLUMN_TYPE", 2),
        ("COLUMN_RANGE", 3),
    ]


def only(schema: Schema, name: str) -> Schema:
    return replace(schema, inputs={name: schema.inputs[name]})


def problem_of(body: bytes, schema: Schema) -> Problem:
    with pytest.raises(AnOpsError) as caught:
        JsonBody(schema).read(body)
    return caught.value.problem


@pytest.mark.parametrize("options", [None, {}, {"level": 0.9}])
def test_an_unknown_option_of_the_query_is_refused_whatever_the_body_asks(options: dict[str, float] | None) -> None:
    reader = JsonBody(Schema.of({"inputs": {"x": "number"}, "options": {"level": "number"}}))
    body = json.dumps({"data": [{"x": 1.5}], "options": options}).encode()
    for read in (reader.take, reader.read):
        with pytest.raises(AnOpsError, match="option `levle` is unknown"):
            read(body, {"levle": "0.9"})


@pytest.mark.parametrize("digits", ["1e999", "-1e999", "1" * 400])
@pytest.mark.parametrize(
    ("kind", "most"),
    [("number", "a number below 2^1024 in size"), ("integer", "a whole number below 2^63 in size")],
)
def test_a_number_too_large_is_told_how_large_one_may_be(digits: str, kind: str, most: str) -> None:
    body = JsonBody(Schema.of({"inputs": {"x": kind}}))
    with pytest.raises(AnOpsError, match=re.escape(f"column `x` must be {most}; row 1 is {digits[:6]}")) as caught:
        body.read(f'{{"data": [{{"x": {digits}}}]}}'.encode())
    assert (caught.value.problem.code, caught.value.problem.remedy) == (Code.COLUMN_TYPE, None)


def test_text_for_a_column_that_is_only_assumed_to_be_a_number_may_be_of_another_type() -> None:
    def remedy(*, assumed: bool) -> str | None:
        schema = Schema(inputs={"at": ColumnSpec(type="number", assumed=assumed)})
        with pytest.raises(AnOpsError) as raised:
            JsonBody(schema, "m").read(b'{"data": [{"at": "2026-10-03T20:00:00"}]}')
        return raised.value.problem.faults[0].remedy

    assert remedy(assumed=False) == "Convert `at` to numbers before sending it."
    assert "dates, times or texts, write that type for `at` in ao.toml" in str(remedy(assumed=True))
