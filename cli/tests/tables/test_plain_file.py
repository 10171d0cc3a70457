from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.tables.dialect import Asked
from anops_control.tables.plain_file import plain_bytes, plain_file

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> str:
    with plain_file(path, Asked()) as plain:
        assert plain.name == path.name
        return plain.read_text(encoding="utf-8-sig")


def test_a_plain_file_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("wt,country\n2.5,NA\n", encoding="utf-8")
    with plain_file(path, Asked()) as plain:
        assert plain == path


def test_a_spreadsheet_becomes_plain_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("sep=;\nwt;ort\n1.234,5;a,b\n", encoding="utf-8")
    assert read(path) == 'wt,ort\n1234.5,"a,b"\n'
    path.write_text("wt\tort\n1,5\tKöln\n", encoding="utf-16")
    assert read(path) == "wt,ort\n1.5,Köln\n"


def test_na_without_quotes_is_missing_where_texts_are_quoted(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('"wt","country"\nNA,"NA"\n2.5,NA\n', encoding="utf-8")
    assert read(path) == '"wt","country"\n,"NA"\n2.5,\n'


def test_services_get_the_lines_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("sep=;\nwt;n\n2,5;1.000\n", encoding="utf-8")
    content = plain_bytes(path, Asked(), names=("wt", "n"), numbers=frozenset({"wt", "n"}))
    assert content == b"sep=,\nwt,n\n2.5,1000\n"
