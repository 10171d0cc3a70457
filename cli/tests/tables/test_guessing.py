from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from anops_control.tables.dialect import Asked
from anops_control.tables.guessing import AmbiguousNumbersError, dialect_of
from anops_control.tables.plain_csv import plain_csv

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = Asked()
NUMBERS = frozenset({"wt", "hp"})


def plain(folder: Path, text: str | bytes, asked: Asked = PLAIN, *, known: bool = True) -> str:
    path = folder / "rows.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    dialect = dialect_of(path, "rows.csv", asked, names=("wt", "hp", "id"), numbers=NUMBERS if known else None)
    return b"".join(plain_csv(path, dialect, "rows.csv")).decode()


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("wt;hp\n2,62;110\n", "wt,hp\n2.62,110\n"),
        ("wt\thp\n2,62\t110\n", "wt,hp\n2.62,110\n"),
        ("sep=;\nwt;hp\n2,62;110\n", "sep=,\nwt,hp\n2.62,110\n"),
        ("\n\nsep=;\nwt;hp\n2,62;110\n", "\n\nsep=,\nwt,hp\n2.62,110\n"),
        ("\nwt;hp\n2,62;110\n", "\nwt,hp\n2.62,110\n"),
        ("wt;hp\n1.234,5;110\n", "wt,hp\n1234.5,110\n"),
        ("wt;hp\n1.234;1,5\n", "wt,hp\n1234,1.5\n"),
        ('wt,hp\n"1,234.50",110\n', "wt,hp\n1234.50,110\n"),
        ('wt,hp\n"1,234",1.5\n', "wt,hp\n1234,1.5\n"),
        ('wt,hp\n"2,62",110\n', "wt,hp\n2.62,110\n"),
        ("wt;hp\n1 234,5;1 000\n", "wt,hp\n1234.5,1000\n"),
        ("wt;hp\n1\u00a0234,5;-3\n", "wt,hp\n1234.5,-3\n"),
        ("wt;hp\n1\u202f234;2,5\n", "wt,hp\n1234,2.5\n"),
        ("wt;hp\n1'234.50;2\n", "wt,hp\n1234.50,2\n"),
        ("wt;hp\n\u22122,5;2\n", "wt,hp\n-2.5,2\n"),
        ("wt;hp\n2,5E3;2\n", "wt,hp\n2.5E3,2\n"),
        ("wt;hp\n1,234,567;2\n", "wt,hp\n1234567,2\n"),
        ("wt;hp\n2.62;110\n", "wt,hp\n2.62,110\n"),
        ("wt;hp\n0,123;NA\n;1\n", "wt,hp\n0.123,NA\n,1\n"),
        ("wt,hp\n2.620,1.234\n", "wt,hp\n2.620,1.234\n"),
        ("wt|hp\n2.62|110\n", "wt,hp\n2.62,110\n"),
        ("wt;hp\r\n2,62;110\r\n", "wt,hp\r\n2.62,110\r\n"),
    ],
)
def test_numbers_mean_what_their_writer_meant(tmp_path: Path, text: str, means: str, known: bool) -> None:
    assert plain(tmp_path, text, known=known) == means


@pytest.mark.parametrize(
    "text",
    ["wt;hp\n1,234;2\n", "wt;hp\n1.234;2\n", 'wt,hp\n"1,234",2\n', "wt;hp\n-12.500;1.000\n", "wt;hp\n1,234;5,678\n"],
)
def test_a_number_that_can_be_read_in_two_ways_is_refused_and_can_be_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(AmbiguousNumbersError, match=r"with a decimal comma and .* with a decimal point") as caught:
        plain(tmp_path, text)
    assert caught.value.remedy is not None
    assert "--decimal ," in caught.value.remedy
    with_comma, with_point = (plain(tmp_path, text, Asked(decimal=mark)) for mark in (",", "."))  # type: ignore[arg-type]
    assert with_comma != with_point


def test_what_was_told_is_kept_to(tmp_path: Path) -> None:
    assert plain(tmp_path, "wt;hp\n1,234;2\n", Asked(decimal=",")) == "wt,hp\n1.234,2\n"
    assert plain(tmp_path, "wt;hp\n1,234;2\n", Asked(decimal=".")) == "wt,hp\n1234,2\n"
    assert plain(tmp_path, "wt:hp\n1:2\n", Asked(separator=":")) == "wt,hp\n1,2\n"
    with pytest.raises(CommandError, match="`wt` is 2,5 in row 1, which is not a number with a decimal point"):
        plain(tmp_path, "wt;hp\n2,5;2\n", Asked(decimal="."))


def test_numbers_written_in_both_ways_are_refused_with_one_of_each(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"`wt` is 2,5 in row 1, column `hp` is 3\.5 in row 2"):
        plain(tmp_path, "wt;hp\n2,5;2\n1;3.5\n")


def test_texts_are_left_as_they_are(tmp_path: Path) -> None:
    assert plain(tmp_path, 'id;wt\n01,5;2,5\n"a;b";1\nNA;2\n"NA";3\n') == ('id,wt\n"01,5",2.5\n"a;b",1\nNA,2\n"NA",3\n')
    assert plain(tmp_path, "id;wt\n007;2,5\nab1,5;1\n", known=False) == 'id,wt\n007,2.5\n"ab1,5",1\n'
    assert plain(tmp_path, 'id;wt\n"two\nlines";2,5\n') == 'id,wt\n"two\nlines",2.5\n'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    text = "größe\twt\nmüde\t2,5\n".encode(encoding)
    asked = Asked(encoding="cp1252") if encoding == "cp1252" else Asked()
    assert plain(tmp_path, text, asked) == "größe,wt\nmüde,2.5\n"


def test_another_encoding_is_refused_with_a_word_as_it_may_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"rows\.csv is not in UTF-8: line 2") as caught:
        plain(tmp_path, "wt;ort\n2,5;Köln\n".encode("cp1252"))
    assert caught.value.details == ("In the encoding cp1252 the word there is Köln.",)
    assert "--encoding cp1252" in str(caught.value.remedy)
    with pytest.raises(CommandError, match="There is no encoding `latin-99`"):
        plain(tmp_path, "wt\n1\n", Asked(encoding="latin-99"))
    with pytest.raises(CommandError, match="not a CSV file"):
        plain(tmp_path, b"wt\0\n1")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04" + b"\0" * 90, "a spreadsheet, or another ZIP file"),
        (gzip.compress(b"wt\n1\n", mtime=0), "compressed with gzip"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b'[{"wt": 2.62}]', "JSON"),
        (b'\xef\xbb\xbf{\n "data": []}', "JSON"),
        (b"\n<!DOCTYPE html>\n<html></html>", "a web page, or XML"),
    ],
    ids=["zip", "gzip", "parquet", "json", "json with a mark", "html"],
)
def test_a_file_of_another_kind_is_called_by_its_name(tmp_path: Path, content: bytes, kind: str) -> None:
    with pytest.raises(CommandError, match=f"rows.csv is not a CSV file: it is {kind}") as caught:
        plain(tmp_path, content)
    assert ("curl" in str(caught.value.remedy)) == (kind == "JSON")


@pytest.mark.parametrize("header", ["[id],wt", "<wt>,hp", "{wt},hp", "PK,wt", "RDS,wt"])
def test_an_odd_header_is_csv_all_the_same(tmp_path: Path, header: str) -> None:
    assert plain(tmp_path, f"{header}\n1,2\n") == f"{header}\n1,2\n"
