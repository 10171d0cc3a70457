"""Rows of the log whose outcome is known, as files: the older ones to fit on, the newest to compare on."""

from __future__ import annotations

import csv
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.words import quoted

from anops_control.errors import CommandError
from anops_control.file_failures import unwritable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from anops_model_interface.log_file import LogPlace
    from anops_project.project import Project
    from anops_project.sections.monitoring import MonitoringSection

    from anops_control.monitoring.port import Monitor

LEAST = 30
"""Fewer rows in one of the files are too few to fit or to compare on."""
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class LogRows:
    """What was written.

    Attributes:
        fitted: How many rows the training may read.
        compared: How many both versions are compared on.
        holdout: The file of these.
        target: The column of the outcome.
    """

    fitted: int
    compared: int
    holdout: Path
    target: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"fitted": self.fitted, "compared": self.compared, "target": self.target}


def written(
    who: Monitor, log: LogPlace, project: Project, section: MonitoringSection, *, target: str, holdout: Path
) -> LogRows:
    """Write both files.

    Args:
        who: Reads the log.
        log: The log.
        project: Whose model predicted.
        section: `[monitoring]`, which names the file to fit on.
        target: The column of the outcome in the files.
        holdout: The file to compare on.

    Raises:
        CommandError: Too few outcomes are known, a column was not kept, or a file can't be written.
    """
    since = 0.0 if section.days is None else time.time() - section.days * _DAY_SECONDS
    rows = _of_one_kind(sorted(who.known(log, since=since), key=lambda row: float(row["time"])))
    inputs = list(project.schema.inputs)
    _require_columns(inputs, rows)
    compared = math.ceil(len(rows) * section.holdout)
    fitted = len(rows) - compared
    if min(fitted, compared) < LEAST:
        raise CommandError(
            f"Of {len(rows)} predictions the outcome is known: {fitted} to fit on and {compared} to compare on, and "
            f"each needs {LEAST}.",
            remedy="Record more outcomes: ao monitor outcomes FILE.csv",
            code=Code.NO_ROWS,
        )
    _write(project.folder / str(section.rows), inputs, target, rows[:fitted])
    _write(holdout, inputs, target, rows[fitted:])
    return LogRows(fitted, compared, holdout, target)


def _of_one_kind(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out outcomes that are no numbers where most are: one of them makes a text of the whole column in a file."""
    numbers = [row for row in rows if isinstance(row["outcome"], int | float) and math.isfinite(row["outcome"])]
    return numbers if 2 * len(numbers) > len(rows) else rows


def _require_columns(inputs: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    lacking = [name for name in inputs if any(name not in row["inputs"] for row in rows)]
    if lacking:
        raise CommandError(
            f"The log did not keep {quoted(lacking[:5])}, so that its rows can't be fitted on.",
            remedy="Let it keep the column: take it out of `log_without`, or into `log_columns`, under [service].",
            code=Code.COLUMN_MISSING,
        )


def _write(file: Path, inputs: Sequence[str], target: str, rows: Sequence[dict[str, Any]]) -> None:
    beside = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8", newline="") as opened:
            lines = csv.writer(opened)
            lines.writerow([*inputs, target])
            lines.writerows([*(_cell(row["inputs"][name]) for name in inputs), _cell(row["outcome"])] for row in rows)
        beside.replace(file)
    except OSError as error:
        raise unwritable(error, file) from error


def _cell(value: object) -> object:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value
