from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any

import pytest
from anops_api_service.answers import Answer
from anops_api_service.bodies.csv_body import CsvBody
from anops_api_service.bodies.media import text_of
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.schema import Schema
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from anops_api_service.bodies.decoded import Decoded
    from anops_model_interface.columns import Column

ANY = {"missing": "allow"}
SCHEMA = Schema.model_validate(
    {
        "inputs": {
            "x": {"type": "number", **ANY},
            "s": {"type": "string", **ANY},
            "i": {"type": "integer", **ANY},
            "b": {"type": "boolean", **ANY},
        }
    }
)
ROW = st.fixed_dictionaries(
    {
        "x": st.none() | st.floats(allow_nan=False),
        "s": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        "i": st.none() | st.integers(-(1 << 63), (1 << 63) - 1),
        "b": st.none() | st.booleans(),
    }
)


def read(text: str, **inputs: Any) -> Decoded:
    schema = Schema.model_validate({"inputs": inputs}) if inputs else SCHEMA
    return CsvBody(schema, "cars").read(text, {})


def column(text: str, kind: object) -> list[Any]:
    return listed(read(text, x=kind).frame["x"])


def listed(column: Column) -> list[Any]:
    pairs = zip(column.values.tolist(), column.is_missing().tolist(), strict=True)
    return [None if gone else value for value, gone in pairs]


def refused(text: str, **inputs: Any) -> Problem:
    with pytest.raises(AnOpsError) as caught:
        read(text, **inputs)
    return caught.value.problem


@given(st.lists(ROW, max_size=6))
def test_what_is_written_as_csv_is_read_back(rows: list[dict[str, Any]]) -> None:
    lines = "".join(
        ",".join(
            [
                "NA" if row["x"] is None else cell(row["x"]),
                "" if row["s"] is None else '"' + row["s"].replace('"', '""') + '"',
                "" if row["i"] is None else str(row["i"]),
                "NA" if row["b"] is None else str(row["b"]).upper(),
            ]
        )
        + "\r\n"
        for row in rows
    )
    frame = read("x,s,i,b\r\n" + lines).frame
    assert frame.rows == len(rows)
    assert {name: listed(frame[name]) for name in frame.names()} == {
        name: [row[name] for row in rows] for name in SCHEMA.inputs
    }


def cell(value: float) -> str:
    return {math.inf: "Inf", -math.inf: "-Inf"}.get(value, repr(value))


@given(st.lists(ROW, max_size=6))
def test_an_answer_in_csv_can_be_sent_again(rows: list[dict[str, Any]]) -> None:
    first = read("x,s,i,b\n").frame
    texts = io.StringIO()
    writer = csv.writer(texts)
    for row in rows:
        writer.writerow([cell(row["x"] or 0.0), row["s"] or "", row["i"] or 0, row["b"] or False])
    frame = read("x,s,i,b\n" + texts.getvalue()).frame if rows else first
    again = read(Answer(frame, (), "m", "1", "").to_csv().decode()).frame
    assert {name: listed(again[name]) for name in frame.names()} == {
        name: listed(frame[name]) for name in frame.names()
    }


@given(st.text(st.sampled_from('x,;"\r\n1NA\t é'), max_size=40))
def test_any_text_is_read_or_refused_by_us(text: str) -> None:
    try:
        read(text)
    except AnOpsError as error:
        assert error.problem.message.startswith("Can't ")  # noqa: PT017  it may also be read


def test_an_unquoted_na_is_missing_and_a_quoted_one_is_text() -> None:
    assert column('x,y\nNA,1\n"NA",1\n,1\n"",1\n', {"type": "string", **ANY}) == [None, "NA", None, ""]
    assert column('x,y\nNA,1\n"NA",1\n', {"type": "category", "levels": ["NA"], **ANY}) == [None, "NA"]
    assert column('x,y\n"",1\n', {"type": "category", "levels": ["a"], **ANY}) == [None]
    assert column('x,y\n"1.5",1\n"",1\nNaN,1\n-Inf,1\n', {"type": "number", **ANY}) == [1.5, None, None, -math.inf]


def test_files_of_excel_and_r_are_read() -> None:
    assert column("\ufeffx;y\r\n1.5;a\r\n2;b\r\n".removeprefix("\ufeff"), "number") == [1.5, 2.0]
    assert column("y\tx\n1\t2\n", "integer") == [2]
    decoded = read('"","x"\n"Mazda RX4",2.62\n"Fiat, 128",2.2\n', x="number")
    assert listed(decoded.frame["x"]) == [2.62, 2.2]
    assert [warning.column for warning in decoded.warnings] == ["(no name)"]


def test_a_byte_order_mark_and_other_encodings_are_read() -> None:
    assert text_of(b"\xef\xbb\xbfx\n1", "utf-8") == "x\n1"
    assert text_of("größe".encode("cp1252"), "cp1252") == "größe"
    with pytest.raises(AnOpsError, match="byte 3, in line 1, is not"):
        text_of("größe".encode("cp1252"), "utf-8")


def test_a_line_break_in_quotes_belongs_to_the_cell() -> None:
    assert column('x,y\n"a\nb",1\n"c\r\n""d""",2', "string") == ["a\nb", 'c\r\n"d"']


def test_the_one_column_of_a_file_may_have_empty_cells_within() -> None:
    assert column("x\n1\n\n2\n\n\n", {"type": "number", **ANY}) == [1.0, None, 2.0]


@pytest.mark.parametrize("word", ["TRUE", "true", "True", "T", "1"])
def test_booleans_are_read_as_r_and_python_write_them(word: str) -> None:
    assert column(f"x\n{word}\n", "boolean") == [True]


def test_numbers_are_taken_as_levels_and_integers() -> None:
    assert column("x\n4.0\n6\n", {"type": "category", "levels": ["4", "6"]}) == ["4", "6"]
    assert column("x\n3.0\n9223372036854775807\n1e3\n", "integer") == [3, 9223372036854775807, 1000]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("x;y\n1;2\n2,5;3\n", "number", 'with a decimal point, not a decimal comma; row 2 is "2,5"'),
        ("x\npotato\n", "number", 'column `x` must be a number; row 1 is "potato"'),
        ("x\n1_000\n", "number", 'column `x` must be a number; row 1 is "1_000"'),
        ("x\n\u0661\n", "integer", 'must be a whole number below 2^63 in size; row 1 is "\u0661"'),
        ("x\n2.5\n", "integer", 'must be a whole number below 2^63 in size; row 1 is "2.5"'),
        ("x\n9223372036854775808\n", "integer", 'size; row 1 is "9223372036854775808"'),
        ("x\nyes\n", "boolean", 'column `x` must be true or false; row 1 is "yes"'),
    ],
)  # fmt: skip
def test_a_cell_of_the_wrong_type_is_named(text: str, kind: str, message: str) -> None:
    assert refused(text, x=kind).faults[0].message.endswith(message)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "BODY_SYNTAX", "it is empty"),
        ("\n\n", "BODY_SYNTAX", "it is empty"),
        ("x,x\n1,2\n", "BODY_SHAPE", "column `x` is there twice"),
        ("x,s\n1,a\n2\n", "BODY_SHAPE", "2 cells like the first; row 2 (line 3) has 1"),
        ("x,s\n1,a\n\n2,b\n", "BODY_SHAPE", "row 2 (line 3) has 0"),
        ('x,s\n1,"a\nb",3\n', "BODY_SHAPE", "row 1 (line 2) has 3"),
        ('x,s\n1,"a\n', "BODY_SYNTAX", "line 2 has a quote inside a cell"),
        ('x,s\n1,a"b\n', "BODY_SYNTAX", "line 2 has a quote inside a cell"),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str, code: str, message: str) -> None:
    problem = refused(text)
    assert problem.code == code
    assert message in problem.message


def test_intercept_only_models_count_the_lines() -> None:
    assert CsvBody(Schema()).read("id\n1\n2\n3\n", {}).frame.rows == 3
