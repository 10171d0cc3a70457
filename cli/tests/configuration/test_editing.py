from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from anops_control.configuration.editing import apply_edits
from anops_control.findings import Edit

if TYPE_CHECKING:
    from pathlib import Path

INDEPENDENT = Edit(("model", "row_independent"), value=True, comment="tested")
SEEN = Edit(("model", "inputs", "wt", "seen"), (1.5, 5.0))


def edited(folder: Path, text: str, *edits: Edit) -> str:
    path = folder / "ao.toml"
    path.write_bytes(text.encode())
    apply_edits(path, edits, own_comments=("not tested",))
    written = path.read_bytes().decode()
    tomllib.loads(written)
    return written


def test_one_value_changes_and_everything_else_stays(tmp_path: Path) -> None:
    text = (
        '# top\n[model]\nartifact   = "m.rds" # mine\nrow_independent = false      # because\n\n\n[service]\nport = 1\n'
    )
    assert edited(tmp_path, text, INDEPENDENT) == text.replace("false ", "true  ")


def test_a_comment_of_our_own_is_brought_up_to_date(tmp_path: Path) -> None:
    text = "[model]\nrow_independent = false      # not tested\n"
    assert edited(tmp_path, text, INDEPENDENT) == "[model]\nrow_independent = true       # tested\n"


def test_a_new_key_comes_before_the_tables_of_its_table(tmp_path: Path) -> None:
    text = '[model]\ncode = "model.R"\n\n# in\n[model.inputs]\nwt = "number"\n'
    assert edited(tmp_path, text, INDEPENDENT).startswith(
        '[model]\ncode = "model.R"\nrow_independent = true # tested\n\n# in\n[model.inputs]\n'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('wt = "number"  # weight', 'wt = { type = "number", seen = [1.5, 5] }  # weight'),
        ('wt = { type = "number", min = 0 } # w', 'wt = { type = "number", min = 0, seen = [1.5, 5] } # w'),
        ('wt = {type = "number"}', 'wt = {type = "number", seen = [1.5, 5]}'),
        ('wt = { type = "number", seen = [9, 9] }', 'wt = { type = "number", seen = [1.5, 5] }'),
    ],
)
def test_a_column_gets_a_key_in_its_line(tmp_path: Path, before: str, after: str) -> None:
    written = edited(tmp_path, f'[model.inputs]\na = "number"\n{before}\n\n[service]\n', SEEN)
    assert written == f'[model.inputs]\na = "number"\n{after}\n\n[service]\n'


def test_a_column_with_a_table_of_its_own_gets_the_key_there(tmp_path: Path) -> None:
    assert edited(tmp_path, '[model.inputs.wt]\ntype = "number"\n', SEEN) == (
        '[model.inputs.wt]\ntype = "number"\nseen = [1.5, 5]\n'
    )


def test_dotted_keys_and_line_ends_of_windows_are_kept(tmp_path: Path) -> None:
    written = edited(tmp_path, 'model.code = "m.R"\r\nmodel.inputs.wt = "number"\r\n', INDEPENDENT)
    assert written.startswith('model.code = "m.R"\r\n')
    assert tomllib.loads(written)["model"]["row_independent"] is True


def test_a_name_in_quotes_is_found(tmp_path: Path) -> None:
    edit = Edit(("model", "inputs", "Sepal.Length", "seen"), (4.3, 7.9))
    written = edited(tmp_path, '[model.inputs]\n"Sepal.Length" = "number"\n', edit)
    assert written == '[model.inputs]\n"Sepal.Length" = { type = "number", seen = [4.3, 7.9] }\n'
