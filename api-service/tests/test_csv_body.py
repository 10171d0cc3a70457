from __future__ import annotations

import csv
import io
import math
import time
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from anops_api_service.bodies import csv_pieces
from anops_api_service.bodies.csv_body import CsvBody, CsvReader
from anops_api_service.bodies.csv_pieces import CsvPieces
from anops_api_service.bodies.decoded import together
from anops_api_service.writers.csv_writer import CsvWriter
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.schema import Schema
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from anops_api_service.sent import Decoded
    from anops_model_interface.columns import Column

ANY = {"missing": "allow"}
SCHEMA = Schema.of(
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
    schema = Schema.of({"inputs": inputs}) if inputs else SCHEMA
    return CsvBody(schema, "cars").read(text.encode(), {})


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
    again = read(CsvWriter().rows(frame).decode()).frame
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


COUNTRY = {"type": "category", "levels": ["NA", "ZA", "Korea, Rep."], **ANY}


def test_an_unquoted_na_is_the_level_of_that_name_as_most_programs_write_it() -> None:
    decoded = read('x,y\nNA,1\nZA,2\n,3\n"Korea, Rep.",4\n', x=COUNTRY, y="number")
    assert listed(decoded.frame["x"]) == ["NA", "ZA", None, "Korea, Rep."]
    (warning,) = decoded.warnings
    assert (warning.column, warning.rows) == ("x", (1,))
    assert warning.message == (
        "Column `x`: NA without quotes was read as the level NA in 1 row. Leave the cell empty for a missing value."
    )


def test_an_unquoted_na_is_missing_in_a_file_that_quotes_its_texts_as_r_does() -> None:
    decoded = read('"x","y"\nNA,1\n"NA",2\n"ZA",3\n', x=COUNTRY, y="number")
    assert listed(decoded.frame["x"]) == [None, "NA", "ZA"]
    assert decoded.warnings == ()


def test_where_a_missing_value_is_refused_an_unquoted_na_needs_no_warning() -> None:
    decoded = read("x\nNA\n", x={**COUNTRY, "missing": "error"})
    assert listed(decoded.frame["x"]) == ["NA"]
    assert decoded.warnings == ()


def test_a_text_called_na_that_is_read_as_missing_is_told_with_its_rows() -> None:
    (warning,) = read("x\nNA\na\nNA\n", x={"type": "string", **ANY}).warnings
    assert (warning.column, warning.rows) == ("x", (1, 3))
    assert "NA without quotes was read as missing in 2 rows" in warning.message


def test_a_file_that_tells_levels_from_missing_ones_too_late_is_refused() -> None:
    rows = "".join("NA,1\nZA,2\n" for _ in range(40))
    reader = CsvReader(CsvBody(Schema.of({"inputs": {"x": COUNTRY}})), CsvPieces("utf-8", piece_characters=100), {})
    with pytest.raises(AnOpsError, match="must say which NA is the level and which is missing, in every row; row 8"):
        in_pieces(reader, f'x,y\n{rows}"NA",1\nNA,2\n'.encode(), 50)


@pytest.mark.parametrize(
    ("level", "written", "same"),
    [
        ("4", "4.0", True),
        ("4", "4", True),
        ("04", "4", False),
        ("4", "04", False),
        ("007", "7.0", False),
        ("1e+05", "100000", True),
        ("0.5", "0.50", True),
        ("4", '"4.0"', False),
        ("4", "+4", False),
        ("a", "a ", False),
        ("a ", "a ", True),
        ("9007199254740993", "9007199254740992", False),
    ],
)
def test_a_number_is_the_level_that_is_written_like_it_and_never_a_code(level: str, written: str, same: bool) -> None:
    kind = {"type": "category", "levels": [level, "other"]}
    if same:
        assert column(f"x\n{written}\n", kind) == [level]
    else:
        assert refused(f"x\n{written}\n", x=kind).code == "COLUMN_LEVEL"


def test_of_levels_equal_as_numbers_each_is_itself() -> None:
    assert column("x\n1\n01\n1.0\n", {"type": "category", "levels": ["01", "1", "1.0"]}) == ["1", "01", "1.0"]
    assert column("x\n1.00\n", {"type": "category", "levels": ["1.0", "1"]}) == ["1"]


@pytest.mark.parametrize("header", ["wt ", '"wt "', " wt , x", 'x,"wt "'])
def test_blanks_that_belong_to_a_name_are_kept(header: str) -> None:
    name = " wt " if header.startswith(" ") else "wt "
    decoded = read(f"{header}\n1,1\n" if "," in header else f"{header}\n1\n", **{name: "number"})
    assert listed(decoded.frame[name]) == [1.0]


def test_blanks_around_a_name_that_is_the_models_without_them_are_layout() -> None:
    assert listed(read("wt , hp\n1,2\n", wt="number", hp="number").frame["hp"]) == [2.0]
    assert "is missing; is `wt ` meant" in refused('"wt "\n1\n', wt="number").message
    both = read("wt, wt\n1,2\n", wt="number")
    assert listed(both.frame["wt"]) == [1.0]
    assert [warning.column for warning in both.warnings] == [" wt"]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_the_line_that_tells_a_spreadsheet_the_delimiter_is_no_header(line: str) -> None:
    assert column(f"{line}\r\nx;s\r\n1.5;a,b\r\n", "number") == [1.5]
    assert "row 1 (line 3) has 1" in refused(f"{line}\nx;s\n1\n").message


@pytest.mark.parametrize("above", ["\n", "\r\n\r\n", "\n\nsep=;\n"])
def test_empty_lines_above_the_names_are_no_header(above: str) -> None:
    assert column(f"{above}x;s\n1.5;a,b\n", "number") == [1.5]
    lines = above.count("\n")
    assert f"row 1 (line {lines + 2}) has 1" in refused(f"{above}x;s\n1\n").message
    assert "it is empty" in refused(above.replace("sep=;", "")).message


def test_an_empty_line_between_rows_is_named() -> None:
    problem = refused("x;s\n1;a\n\n2;b\n")
    assert "row 2 (line 3) has 0" in problem.message
    assert problem.remedy == "Remove the empty line."


def test_files_of_excel_and_r_are_read() -> None:
    assert column("\ufeffx;y\r\n1.5;a\r\n2;b\r\n".removeprefix("\ufeff"), "number") == [1.5, 2.0]
    assert column("y\tx\n1\t2\n", "integer") == [2]
    decoded = read('"","x"\n"Mazda RX4",2.62\n"Fiat, 128",2.2\n', x="number")
    assert listed(decoded.frame["x"]) == [2.62, 2.2]
    assert [warning.column for warning in decoded.warnings] == ["(no name)"]


def test_a_byte_order_mark_and_other_encodings_are_read() -> None:
    body = CsvBody(Schema.of({"inputs": {"s": "string"}}))
    assert listed(body.read(b"\xef\xbb\xbfs\ng", {}).frame["s"]) == ["g"]
    assert listed(body.read("s\ngröße".encode("cp1252"), {}, charset="cp1252").frame["s"]) == ["größe"]
    assert listed(body.read("s\ngröße".encode("utf-16"), {}, charset="utf-16").frame["s"]) == ["größe"]
    assert listed(body.read("s\tn\r\ngröße\t1\r\n".encode("utf-16"), {}).frame["s"]) == ["größe"]
    with pytest.raises(AnOpsError, match="byte 5, in line 2, is not"):
        body.read("s\ngröße".encode("cp1252"), {})
    with pytest.raises(AnOpsError, match="Can't read a body as base64"):
        body.read(b"s", {}, charset="base64")


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
        ("x\n\u0661\n", "integer", 'must be an integer; row 1 is "\u0661"'),
        ("x\n2.5\n", "integer", 'must be a whole number; row 1 is "2.5"'),
        ("x\nn\n", "integer", 'column `x` must be an integer; row 1 is "n"'),
        ("x\n1e999\n", "integer", 'must be a whole number below 2^63 in size; row 1 is "1e999"'),
        ("x\n1e999\n", "number", 'must be a number below 2^1024 in size; row 1 is "1e999"'),
        ("x\n9007199254740993\n", "number", 'a whole number up to 2^53 in size; row 1 is "9007199254740993"'),
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
        ("x,x\n1,2\n", "BODY_SHAPE", "column `x` appears twice"),
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
    assert CsvBody(Schema()).read(b"id\n1\n2\n3\n", {}).frame.rows == 3


LINES = st.lists(
    st.sampled_from(["1,a", "2,b", '3,"c"', '4,"d\ne"', '5,"f""\r\ng"', "NA,h", "", '"', "6,i,j", "x,k"]), max_size=8
)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.integers(1, 9), st.integers(1, 40))
def test_a_file_in_pieces_is_read_and_refused_like_the_whole(
    lines: list[str], end: str, chunk: int, piece: int
) -> None:
    schema = Schema.of({"inputs": {"x": {"type": "number", **ANY}, "s": {"type": "string", **ANY}}})
    body = CsvBody(schema, "cars")
    data = end.join(["x,s", *lines, ""]).encode()

    def pieces() -> Decoded:
        return in_pieces(CsvReader(body, CsvPieces("utf-8", piece_characters=piece), {}), data, chunk)

    def outcome(read: Callable[[], Decoded]) -> object:
        try:
            frame = read().frame
        except AnOpsError:
            return "refused"  # in pieces for what comes first, in whole for what is looked at first
        return {name: listed(frame[name]) for name in frame.names()}

    assert outcome(pieces) == outcome(lambda: body.read(data, {}))


def in_pieces(reader: CsvReader, data: bytes, chunk: int) -> Decoded:
    parts = [part for i in range(0, len(data), chunk) for part in reader.feed(data[i : i + chunk])]
    return together([*parts, *reader.finish()], reader.notices)


def refused_in_pieces(data: bytes) -> Problem:
    schema = Schema.of({"inputs": {"x": "number", "s": "string"}})
    reader = CsvReader(CsvBody(schema), CsvPieces("utf-8", piece_characters=10), {})
    with pytest.raises(AnOpsError) as caught:
        in_pieces(reader, data, 7)
    return caught.value.problem


def test_rows_and_lines_are_counted_over_all_pieces() -> None:
    rows = "".join(f'{n},"two\nlines"\n' for n in range(1, 1000))
    assert refused_in_pieces(f"x,s\n{rows}potato,a\n".encode()).faults[0].row == 1000
    assert "row 1000 (line 2000) has 1" in refused_in_pieces(f"x,s\n{rows}1000\n1,a\n".encode()).message
    stray = refused_in_pieces(f'x,s\n{rows}1000,a"b\n1,a\n'.encode())
    assert "line 2000 has a quote inside a cell" in stray.message
    bad = f"x,s\n{rows}1,".encode()
    assert f"byte {len(bad) + 1}, in line 2000, is not" in refused_in_pieces(bad + b"\xff\n").message


@pytest.mark.parametrize("kind", ["number", "integer"])
@pytest.mark.parametrize("cell", ["1" * 100_000 + "x", "1." + "1" * 100_000 + "x", "." + "1" * 100_000 + "e1e"])
def test_a_cell_of_many_digits_is_refused_in_time(cell: str, kind: str) -> None:
    begun = time.process_time()
    assert refused(f"x\n{cell}\n", x=kind).code is Code.COLUMN_TYPE
    assert time.process_time() - begun < 1


def test_a_quote_that_is_never_closed_does_not_gather_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_pieces, "MOST_CHARACTERS_WITHOUT_END", 1000)
    fed: list[bytes] = []
    schema = Schema.of({"inputs": {"x": "number"}})
    reader = CsvReader(CsvBody(schema), CsvPieces("utf-8", piece_characters=8), {})
    lines = (b"3,c\n" for _ in iter(int, 1))
    with pytest.raises(AnOpsError, match="the row in line 3 has no end"):
        in_pieces_forever(reader, chain([b'x,s\n1,a\n2,"b\n'], lines), fed)
    assert sum(map(len, fed)) < 3000


def in_pieces_forever(reader: CsvReader, data: Iterator[bytes], fed: list[bytes]) -> None:
    for chunk in data:
        fed.append(chunk)
        list(reader.feed(chunk))


def test_a_wrong_type_hides_no_other_fault_of_its_column() -> None:
    problem = refused(
        "hp,ok\npotato,maybe\n,true\n-1,\n5,true\n",
        hp={"type": "number", "min": 1, "missing": "error"},
        ok={"type": "boolean", "missing": "error"},
    )
    assert {(fault.code, fault.column, fault.row) for fault in problem.faults} == {
        ("COLUMN_TYPE", "hp", 1),
        ("COLUMN_RANGE", "hp", 3),
        ("VALUE_MISSING", "hp", 2),
        ("COLUMN_TYPE", "ok", 1),
        ("VALUE_MISSING", "ok", 3),
    }
