"""Asks for example rows where a table lies beside a model that needs them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.errors import CommandError
from anops_control.init.intake import take_in
from anops_model_interface.errors import AnOpsError

from ao import messages
from ao.presenting import presented

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_project.description import Description

    Text = Callable[[str, str, list[str] | None], str]

_NONE = "none"
_NO_COLUMN = "none of them"
_MOST_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class Rows:
    """Example rows that a person named.

    Attributes:
        data: Their file.
        target: The column that the model predicts, where it is in the file.
    """

    data: Path
    target: str | None


def ask_rows(model: Path, folder: Path, text: Text) -> Rows | None:
    """Ask for rows and for the column that is predicted, where a CSV file lies in the folder and the model needs rows.

    Args:
        model: The person's model.
        folder: Where CSV files are looked for.
        text: Asks a question: its text, its default, its choices.

    Returns:
        The rows, or None where none are needed or wanted.
    """
    tables = sorted(path for path in folder.glob("*.csv") if path.is_file())
    if not tables:
        return None
    description = _described(model)
    if description is not None and description.rows is not None and not description.unsure:
        return None
    messages.plain("Rows to learn the columns from?")
    chosen = _choose([*(path.name for path in tables), _NONE], 1, text)
    if chosen == len(tables):
        return None
    data = tables[chosen]
    columns = _header(data)
    known = set() if description is None else set(description.schema.inputs)
    if not columns or (known and known <= set(columns)):
        return Rows(data, None)
    shown = columns[-_MOST_COLUMNS:]
    messages.plain("Which column does the model predict?")
    place = _choose([*shown, _NO_COLUMN], len(shown), text)
    return Rows(data, shown[place] if place < len(shown) else None)


def _choose(options: list[str], default: int, text: Text) -> int:
    for number, option in enumerate(options, start=1):
        messages.plain(f"  {number}  {option}")
    return int(text("Number", str(default), [str(number + 1) for number in range(len(options))])) - 1


def _described(model: Path) -> Description | None:
    """Look at the model; None where it can't be described without rows."""
    from anops_control.environment import find_interpreter  # noqa: PLC0415
    from anops_control.model_process import describe  # noqa: PLC0415
    from anops_project.description import Source  # noqa: PLC0415  NumPy is slow to import

    try:
        intake = take_in(model, None, Path.cwd())
        beside = intake.artifact or (intake.code.path if intake.code else model)
        source = Source(intake.artifact, intake.code.path if intake.code else None)
        with presented() as events:
            events.doing("Looking at the model")
            interpreter = find_interpreter(beside.parent, intake.language)
            return describe(intake.language, source, folder=beside.parent, interpreter=interpreter)
    except (AnOpsError, CommandError):
        return None  # what is wrong is said when the project is made


def _header(table: Path) -> list[str]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, ValueError, csv.Error):
        return []
