"""Brings the project's own test to the rows of a refitted model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from anops_project.reference import REFERENCE

from anops_control.init.row_conversions import python_answered, python_lines, r_answered, r_lines

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.project import Project

    from anops_control.refitting.rows import Renewed

TESTS = {"r": "tests/testthat/test-model.R", "python": "tests/test_model.py"}
_ROWS_LINE = {
    "r": "rows <- data.frame(reference$rows$columns, check.names = FALSE)",
    "python": '    rows = pd.DataFrame(saved["rows"]["columns"])',
}


def renew_test(path: Path, before: Project, now: Project, rows: Renewed) -> None:
    """Bring the lines of the project's own test that give its rows their types to those of now.

    Args:
        path: The test in the staged project.
        before: The project as it was.
        now: The staged project, its `ao.toml` renewed.
        rows: Its reference rows.
    """
    language = now.project.language
    lines, answered = (r_lines, r_answered) if language == "r" else (python_lines, python_answered)
    reference = before.folder / REFERENCE
    if not path.is_file() or not reference.is_file() or rows.rows is None:
        return
    try:
        old = json.loads(reference.read_bytes())
        was = lines(old["rows"], before.schema) + answered(old["predictions"])
    except (ValueError, KeyError, TypeError):
        return
    becomes = lines(rows.rows, now.schema) + answered(rows.predictions)
    text, line = path.read_text(encoding="utf-8"), _ROWS_LINE[language]
    if was != becomes and line + was in text:
        path.write_text(text.replace(line + was, line + becomes), encoding="utf-8")
