"""`ao data` as a person types it; what it tells to type works."""

from __future__ import annotations

from importlib.metadata import EntryPoints
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from conftest import Ao


def test_a_file_is_kept_shown_and_compared_as_it_says(ao: Ao, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("id,x\n1,2.5\n2,NA\n")
    empty = ao("data", "list", folder=tmp_path)
    assert "→ ao data add FILE" in empty.output
    assert "Run: ao data add FILE" in ao("data", "show", "sales").output
    added = ao("data", "add", "sales.csv", "--source", "here")
    assert added.exit_code == 0, added.output
    assert "→ ao data show sales" in added.output
    shown = ao("data", "show", "sales")
    assert "2 rows" in shown.output
    assert "50 %" in shown.output
    assert "Add another first: ao data add FILE" in ao("data", "diff", "sales").output
    (tmp_path / "next.csv").write_text("id,x\n1,2.5\n2,many\n")
    broken = ao("data", "add", "next.csv", "--name", "sales")
    assert broken.exit_code == 1
    assert 'Column `x` must be a number, not "many" in row 2.' in broken.output
    assert ao("data", "add", "next.csv", "--name", "sales", "--accept").exit_code == 0
    assert "type number → string" in ao("data", "diff", "sales").output
    assert ao("data", "pull", "sales", "--as", "parquet").exit_code == 0
    assert (tmp_path / "sales.parquet").is_file()
    assert ao("data", "remove", "sales", "--yes").exit_code == 0
    assert "ao data add FILE" in ao("data", "list").output


def test_rows_come_from_a_file_or_a_database(ao: Ao, tmp_path: Path) -> None:
    neither = ao("data", "add", folder=tmp_path)
    assert "Write: ao data add FILE; or ao data add --name NAME --database ADDRESS --query SQL" in neither.output
    asked = ao(
        *("data", "add", "--name", "one", "--database", "sqlite://", "--query", "SELECT 1 AS a, 'x' AS b, NULL AS c"),
    )
    assert asked.exit_code == 0, asked.output


def test_without_the_extra_the_line_that_adds_it_is_printed(
    ao: Ao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_control.extras.opening.entry_points", lambda **_: EntryPoints(()))
    lacking = ao("data", "list", folder=tmp_path)
    assert lacking.exit_code == 3
    assert "→ Run: ao extra add data" in lacking.output
