from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_api_service.column_file import ColumnFileError, read_column_file

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("columns.toml", '[inputs]\nwt = "number"\ng = { type = "category", levels = ["a"] }\n'),
        (
            "ao.toml",
            '[project]\nname = "m"\n[model.inputs]\nwt = "number"\ng = { type = "category", levels = ["a"] }\n',
        ),
        (
            "model.json",
            '{"name": "m", "schema": {"inputs": {"wt": "number", "g": {"type": "category", "levels": ["a"]}}}}',
        ),
    ],
)
def test_a_schema_is_read_in_each_form_that_is_at_hand(tmp_path: Path, name: str, text: str) -> None:
    declared = read_column_file(written(tmp_path, name, text))
    assert {column: spec.type for column, spec in declared.schema.inputs.items()} == {"wt": "number", "g": "category"}
    assert declared.tensor == ""


def test_one_tensor_for_all_columns_can_be_named(tmp_path: Path) -> None:
    text = 'tensor = "input-0"\ndatatype = "FP32"\n[inputs]\nwt = "number"\n'
    declared = read_column_file(written(tmp_path, "columns.toml", text))
    assert (declared.tensor, declared.datatype) == ("input-0", "FP32")


def test_types_follow_from_example_rows(tmp_path: Path) -> None:
    text = (
        "\ufeffn,i,b,s,code,d,at,gap\n"
        "1.5,3,true,x,007,2026-01-31,2026-01-31T10:00:00Z,\n"
        "NA,4,false,1,012,2026-02-01,2026-02-01 11:00,2\n"
    )
    declared = read_column_file(written(tmp_path, "rows.csv", text))
    assert {column: spec.type for column, spec in declared.schema.inputs.items()} == {
        "n": "number",
        "i": "number",
        "b": "boolean",
        "s": "string",
        "code": "string",
        "d": "date",
        "at": "datetime",
        "gap": "number",
    }


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("columns.yaml", "a: 1", "must end with .toml, .json or .csv, not .yaml"),
        ("columns.toml", "a = ", "Invalid value"),
        ("columns.json", "[1", "Expecting"),
        ("columns.toml", "[outputs]\ny = 'number'\n", "table \\[inputs\\]"),
        ("columns.json", "[]", "table \\[inputs\\]"),
        ("columns.toml", "[inputs]\nx = 'float'\n", "`inputs.x.type`"),
        ("columns.toml", "tensors = 1\n[inputs]\nx = 'number'\n", "`tensors` must be one of"),
        ("rows.csv", "", "a first line with different names"),
        ("rows.csv", "a,b\n", "a first line with different names"),
        ("rows.csv", "a,a\n1,2\n", "different names"),
        ("rows.csv", "a,b\n1\n", "as many cells"),
    ],
)
def test_what_is_no_file_of_columns_is_refused_with_the_reason(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    with pytest.raises(ColumnFileError, match=words):
        read_column_file(written(tmp_path, name, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ColumnFileError, match=r"columns\.toml: No such file"):
        read_column_file(tmp_path / "columns.toml")
