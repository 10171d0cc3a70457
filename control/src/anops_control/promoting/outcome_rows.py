"""Rows with their outcome, from a CSV file: what two versions are compared on."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_control.tables.dialect import Asked
from anops_control.tables.plain_file import plain_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from anops_model_interface.frames import Frame
    from anops_project.project import Project

_GAPS = frozenset({"", "NA", "NaN", "nan", "null"})


@dataclass(frozen=True, slots=True)
class OutcomeRows:
    """A file of rows, whose columns each version reads by its own schema.

    Attributes:
        file: The file.
        target: The column that holds the outcome.
        outcome: The outcomes, as texts; None where one is missing.
        digest: The digest of the file.
    """

    file: Path
    target: str
    outcome: tuple[str | None, ...]
    digest: str

    @property
    def known(self) -> np.ndarray:
        """Which rows have an outcome."""
        return np.array([each is not None for each in self.outcome], dtype=np.bool_)

    def rows_for(self, project: Project) -> Frame:
        """Return the rows with an outcome, as a version takes them.

        Raises:
            AnOpsError: They do not fit the version.
        """
        from anops_api_service.bodies.csv_body import CsvBody  # noqa: PLC0415  slow to import

        inputs = project.schema.inputs
        numbers = frozenset(name for name, spec in inputs.items() if spec.type in {"number", "integer"})
        try:
            content = plain_bytes(self.file, Asked(), names=inputs, numbers=numbers)
            frame = CsvBody(project.schema, project.project.name).read(content, {}).frame
        except AnOpsError as error:
            problem = error.problem
            message = f"Can't compare on `{self.file.name}`. {problem.message}"
            raise AnOpsError.of(replace(problem, lead=None, message=message)) from error
        return frame.at(np.flatnonzero(self.known))


def read_outcomes(file: Path, target: str | None, project: Project) -> OutcomeRows:
    """Read the outcomes of a file.

    Args:
        file: The file.
        target: The column of the outcome; by default the only one that the model does not take.
        project: A version's project.

    Raises:
        CommandError: There is no such file or column, or no outcome in it.
    """
    if not file.is_file():
        raise CommandError(
            f"There is no file `{file}`.",
            remedy="Name a CSV file of rows with their outcome: --data FILE.csv",
            code=Code.FILE_NOT_FOUND,
        )
    inputs = project.schema.inputs
    numbers = frozenset(name for name, spec in inputs.items() if spec.type in {"number", "integer"})
    outputs = project.schema.outputs.values()
    is_number = bool(outputs) and next(iter(outputs)).type in {"number", "integer"}
    content = plain_bytes(
        file,
        Asked(),
        names={*inputs, *([target] if target else [])},
        numbers=numbers | ({target} if target and is_number else frozenset()),
    )
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    header = rows[0] if rows else []
    column = target or _only_other(header, inputs, file)
    if column not in header:
        guess = nearest(column, header)
        raise CommandError(
            f"`{file.name}` has no column `{column}`.",
            remedy=f"Did you mean `{guess}`?" if guess else "Name the column of the outcome: --target COLUMN",
            code=Code.USAGE,
        )
    place = header.index(column)
    outcome = tuple(None if row[place].strip() in _GAPS else row[place].strip() for row in rows[1:] if row)
    if not any(each is not None for each in outcome):
        raise CommandError(
            f"No row of `{file.name}` has an outcome in `{column}`.",
            code=Code.NO_ROWS,
            remedy="Name rows whose outcome is known.",
        )
    return OutcomeRows(file, column, outcome, f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}")


def _only_other(header: list[str], inputs: object, file: Path) -> str:
    others = [name for name in header if name not in inputs]  # type: ignore[operator]
    if len(others) == 1:
        return others[0]
    found = ", ".join(f"`{name}`" for name in others[:5])
    raise CommandError(
        f"Which column of `{file.name}` holds the outcome is not known.",
        details=[f"The model does not take {found}."] if others else ["The model takes all of its columns."],
        remedy="Name it: --target COLUMN, or `target` under [tracking] in ao.toml.",
        code=Code.USAGE,
    )
