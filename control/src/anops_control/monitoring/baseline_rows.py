"""Rows of the training data from a CSV file, and what the model predicts of them: what a baseline is made of."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.frame_json import frame_to_json

from anops_control.conversing import Conversation
from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_control.tables.dialect import Asked
from anops_control.tables.plain_file import plain_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from anops_model_interface.frames import Frame
    from anops_project.project import Project

_GAPS = frozenset({"", "NA", "NaN", "nan", "null"})
_PIECE = 10_000


@dataclass(frozen=True, slots=True)
class BaselineRows:
    """Rows of the training data.

    Attributes:
        frame: They, as the model takes them.
        target: The column of the outcome; None where the file has none.
        outcome: The outcomes.
    """

    frame: Frame
    target: str | None
    outcome: Sequence[Any] | None

    def at_most(self, most: int) -> BaselineRows:
        """Return them, or of more than so many some, evenly over all."""
        rows = self.frame.rows
        if rows <= most:
            return self
        places = [round(place * (rows - 1) / (most - 1)) for place in range(most)]
        outcome = None if self.outcome is None else [self.outcome[place] for place in places]
        return BaselineRows(self.frame.at(places), self.target, outcome)


def read_rows(file: Path, project: Project, target: str | None, written: Asked | None = None) -> BaselineRows:
    """Read rows.

    Args:
        file: A CSV file.
        project: Whose model takes them.
        target: The column of the outcome; by default the only one that the model does not take.
        written: How the file is written.

    Raises:
        AnOpsError: They don't fit the model.
        CommandError: There is no such column, or no row.
    """
    from anops_api_service.bodies.csv_body import CsvBody  # noqa: PLC0415  slow to import

    inputs = project.schema.inputs
    numbers = frozenset(name for name, spec in inputs.items() if spec.type in {"number", "integer"})
    content = plain_bytes(file, written or Asked(), names=inputs, numbers=numbers)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    column = _target(rows[0] if rows else [], inputs, target, file)
    try:
        frame = CsvBody(project.schema, project.project.name).read(content, {}).frame
    except AnOpsError as error:
        problem = error.problem
        message = f"`{file.name}` can't be the baseline. {problem.message}"
        raise AnOpsError.of(replace(problem, lead=None, message=message)) from error
    if not frame.rows:
        raise CommandError(f"`{file.name}` has no rows.", code=Code.NO_ROWS)
    if column is None:
        return BaselineRows(frame, None, None)
    place = rows[0].index(column)
    outcome = outcome_values([row[place] for row in rows[1:] if row], project)
    return BaselineRows(frame, column, outcome)


def outcome_values(cells: Sequence[str], project: Project) -> list[bool | float | str | None]:
    """Return outcomes as a file writes them: numbers where the model predicts numbers, and all of them are some."""
    outputs = list(project.schema.outputs.values())
    if outputs and outputs[0].type not in {"number", "integer"}:
        return [None if cell.strip() in _GAPS else cell.strip() for cell in cells]
    return number_values(cells)


def number_values(cells: Sequence[str]) -> list[bool | float | str | None]:
    """Return cells as numbers, where all of them are some; else as texts. None where there is nothing."""
    texts = [None if cell.strip() in _GAPS else cell.strip() for cell in cells]
    try:
        return [None if text is None else float(text) for text in texts]
    except ValueError:
        return list(texts)


def predicted(project: Project, frame: Frame) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Return what a project's model predicts of rows, by column, and with which options it was asked.

    Raises:
        AnOpsError: It can't be loaded, or fails.
        CommandError: Its process died.
    """
    options = {name: spec.default for name, spec in project.schema.options.items() if spec.default is not None}
    outputs: dict[str, list[Any]] = {}
    with Conversation(project) as model:
        for start in range(0, frame.rows, _PIECE):
            answer = model.ask(frame.take(start, start + _PIECE), options)
            for name, values in frame_to_json(answer)["columns"].items():
                outputs.setdefault(name, []).extend(values)
    return outputs, options


def _target(header: Sequence[str], inputs: object, target: str | None, file: Path) -> str | None:
    if target is not None and target not in header:
        guess = nearest(target, header)
        raise CommandError(
            f"`{file.name}` has no column `{target}`.",
            remedy=f"Did you mean `{guess}`?" if guess else "Name the column of the outcome: --target COLUMN",
            code=Code.USAGE,
        )
    others = [name for name in header if name not in inputs]  # type: ignore[operator]
    return target or (others[0] if len(others) == 1 else None)
