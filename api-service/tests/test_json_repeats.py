"""What a JSON body names twice is refused, whatever way it is read."""

from __future__ import annotations

import json

import pytest
from anops_api_service.bodies.json_body import JsonBody
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.schema import Schema

SCHEMA = Schema.of(
    {
        "inputs": {
            "x": {"type": "number", "missing": "error"},
            "at": {"type": "string", "missing": "error"},
        },
        "outputs": {"prediction": "number"},
        "options": {"level": {"type": "number", "default": 0.9}, "note": {"type": "string", "default": ""}},
    }
)
BODY = JsonBody(SCHEMA, "m")


def problem_of(text: str, body: JsonBody = BODY) -> Problem:
    problems = []
    for read in (body.read, body.take):
        with pytest.raises(AnOpsError) as caught:
            read(text.encode())
        problems.append(caught.value.problem)
    assert problems[0] == problems[1]
    return problems[0]


@pytest.mark.parametrize(
    ("text", "column", "row"),
    [
        ('{"data": [{"x": 1, "x": 2, "at": "a"}]}', "x", 1),
        ('{"data": [{"x": 1, "at": "a"}, {"x": 1, "at": "a", "x": 1}]}', "x", 2),
        ('{"data":[{"x" : 1,"at":"12:30","at" : "12:31"}]}', "at", 1),
        ('{"data": [{"x": 1, "at": "a:b"}, {"at": "", "x": 1, "at": "a:"}]}', "at", 2),
        # names written in two ways
        ('{"data": [{"x": 1, "\\u0078": 2, "at": "a\\u003ab"}]}', "x", 1),
        ('{"data": [{"x": 1, "at": "\\u003a\\u003a", "at": "::\\u003a"}]}', "at", 1),
        # columns that the model does not use, and rows that are read slowly
        ('{"data": [{"x": 1, "at": "a", "more": 1, "more": 2}]}', "more", 1),
        ('{"data": [{"x": 9007199254740993, "x": 1, "at": "a"}]}', "x", 1),
        ('{"data": [{"x": "Inf", "at": "a", "x": "Inf"}]}', "x", 1),
        ('[{"x": 1, "at": "a"}, {"x": 1, "x": 2, "at": "a"}]', "x", 2),
        # columns
        ('{"data": {"x": [1], "at": ["a"], "x": [2]}}', "x", None),
        ('{"data": {"x": [1], "at": ["a:b"], "at": ["c:d"]}}', "at", None),
        ('{"data": {"x": {"0": 1, "0": 2}, "at": {"0": "a"}}}', "x", None),
        ('{"data": [{"x": 1, "at": "a"}], "options": {"level": 0.5, "level": 0.6}}', "level", None),
        ('{"data": [{"x": 1, "at": "a"}], "options": {"note": "a:b", "note": "a"}}', "note", None),
        # the body itself
        ('{"data": [{"x": 1, "at": "a"}], "data": [{"x": 2, "at": "a"}]}', None, None),
        ('{"options": {"level": 0.5}, "data": [{"x": 1, "at": "a"}], "options": {"level": 0.5}}', None, None),
        ('{"options": null, "data": [{"x": 1, "at": "a"}], "options": null}', None, None),
        ('{"data": [{"x": 1, "at": {"k": 1, "k": 2}}]}', None, None),
    ],
)
def test_a_name_that_is_there_twice_is_refused(text: str, column: str | None, row: int | None) -> None:
    problem = problem_of(text)
    assert problem.code == "BODY_SHAPE"
    (fault,) = problem.faults
    assert (fault.column, fault.row) == (column, row)
    assert "once" in problem.message or "one value" in problem.message
    json.loads(text)  # which any reader takes, with the last of both


def test_rows_and_columns_are_named_together() -> None:
    problem = problem_of('{"data": [{"x": 1, "x": 2, "at": "a"}, {"x": 1, "at": "a", "at": "b"}]}')
    assert [(fault.column, fault.row) for fault in problem.faults] == [("x", 1), ("at", 2)]
    assert "column `x` must appear once in a row; row 1 has it twice" in problem.message


@pytest.mark.parametrize("name", ["a:b", 'a"b', "ä:ö"])
def test_colons_in_names_hide_nothing(name: str) -> None:
    body = JsonBody(Schema.of({"inputs": {name: "number"}, "outputs": {"prediction": "number"}}))
    once = json.dumps({"data": [{name: 1}]})
    assert body.read(once.encode()).rows == 1
    escaped = json.dumps(name).replace(":", "\\u003a")
    for first in (json.dumps(name), escaped):
        assert problem_of(f'{{"data": [{{{first}: 1, {escaped}: 2}}]}}', body).faults[0].column == name


@pytest.mark.parametrize("at", ["a", "2024-01-01T10:00:00", "::", '":', "\\u003a", "\\\\:"])
@pytest.mark.parametrize("options", ["", ', "options": null', ', "options": {"note": "a:b", "level": 0.5}'])
def test_colons_in_texts_are_no_names(at: str, options: str) -> None:
    text = (
        f'{{"data": [{{"x": 1, "at": {json.dumps(at)}}}, {{"at": "{"b" if chr(34) in at else at}", "x": 2}}]{options}}}'
    )
    assert BODY.read(text.encode()).rows == BODY.take(text.encode()).rows == 2
