"""Half a character (a lone surrogate) is a problem like any other, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_api_service.bodies.csv_body import CsvBody
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.bodies.media import utf8_of
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

if TYPE_CHECKING:
    import httpx
    from anops_model_interface.schema import Schema

ROW = r'"wt": 2, "hp": 100, "cyl": 4, "Gear Type": "auto"'


def refused(schema: Schema, body: str) -> Problem:
    with pytest.raises(AnOpsError) as caught:
        JsonBody(schema, "cars").read(body.encode())
    caught.value.problem.to_bytes()
    return caught.value.problem


@pytest.mark.parametrize("half", [r"\ud800", r"\uDFFF", r"x\udbff\ud800y", r"\udc00\ud800", r"\\\ud83d"])
@pytest.mark.parametrize(
    "body",
    [
        '{"data": [{%s}, {"wt": 2, "hp": 100, "cyl": 4, "Gear Type": "HALF"}]}' % ROW,  # noqa: UP031  braces
        '{"data": {"wt": [1, 2], "hp": [1, 2], "cyl": [4, 4], "Gear Type": ["auto", "HALF"]}}',
    ],
)
def test_a_value_is_named_with_its_column_and_row(cars: Schema, body: str, half: str) -> None:
    problem = refused(cars, body.replace("HALF", half))
    (fault,) = problem.faults
    assert (fault.code, fault.column, fault.row) == (Code.COLUMN_TYPE, "Gear Type", 2)
    assert half.replace("\\\\", "\\")[-6:].lower() in (fault.received or "")
    assert "half a character" in problem.message


@pytest.mark.parametrize(
    "body",
    [
        r'{"data": [{ROW, "\ud800": 1}]}',
        r'{"\ud800": [{ROW}]}',
        r'{"data": [{ROW}], "options": {"interval": "\ud800"}}',
        r'{"data": [{ROW}], "options": {"\udc00": 1}}',
        r'{"data": [{ROW}], "options": {"terms": ["\udc00"]}}',
        r'{"data": "\ud800"}',
        r'"\ud800"',
        r'["\ud800"]',
    ],
)
def test_elsewhere_its_place_in_the_body_is_named(cars: Schema, body: str) -> None:
    problem = refused(cars, body.replace("ROW", ROW))
    assert problem.code is Code.BODY_SYNTAX
    assert "is half a character" in problem.message
    assert "line 1, column" in problem.message


def test_whole_characters_and_backslashes_are_none(cars: Schema) -> None:
    problem = refused(cars, r'{"data": [{"wt": 2, "hp": 100, "cyl": 4, "Gear Type": "\ud83d\ude00 \\ud800"}]}')
    assert problem.code is Code.COLUMN_LEVEL


@pytest.mark.parametrize(("charset", "half"), [("utf-7", b"+2AA-"), ("unicode_escape", rb"\ud800")])
def test_encodings_that_can_write_one_are_told_so(cars: Schema, charset: str, half: bytes) -> None:
    with pytest.raises(AnOpsError, match="holds half a character"):
        CsvBody(cars).read(b"wt,hp,cyl,Gear Type\n1,2,4," + half + b"\n", {}, charset=charset)
    with pytest.raises(AnOpsError, match="holds half a character"):
        utf8_of(b'{"data": "' + half + b'"}', charset)


def test_over_the_wire_it_is_a_problem_with_its_request_id(http: httpx.Client) -> None:
    body = ('{"data": [{%s}]}' % ROW).replace("auto", "\\ud800")  # noqa: UP031  braces
    answer = http.post("/predict", content=body, headers={"content-type": "application/json", "x-request-id": "abc"})
    assert (answer.status_code, answer.json()["code"], answer.json()["request_id"]) == (422, "COLUMN_TYPE", "abc")
