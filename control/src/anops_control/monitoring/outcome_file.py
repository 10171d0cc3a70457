"""Outcomes of a CSV file, as `POST /outcomes` takes them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.monitoring.baseline_rows import number_values, outcome_values
from anops_control.suggestions import nearest
from anops_control.tables.dialect import Asked
from anops_control.tables.plain_file import plain_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_model_interface.schema import ColumnSpec
    from anops_project.project import Project

_NUMBERS = frozenset({"number", "integer"})
_BESIDE = frozenset({"lower", "upper", "se"})


def records_of(file: Path, project: Project, *, outcome: str, time: str) -> tuple[list[dict[str, Any]], int]:
    """Read outcomes.

    Args:
        file: The file: with `request_id` and maybe `row`, or with columns of the rows that are the key.
        project: Whose model predicted them.
        outcome: The column of the outcome.
        time: The column of the time; it may be missing where there is a `request_id`.

    Returns:
        The outcomes, and how many lines have none yet.

    Raises:
        CommandError: The file is not there, or is of another kind.
    """
    if not file.is_file():
        raise CommandError(f"There is no file `{file}`.", code=Code.FILE_NOT_FOUND)
    inputs = project.schema.inputs
    numbers = frozenset(name for name, spec in inputs.items() if spec.type in _NUMBERS)
    content = plain_bytes(file, Asked(), names={"request_id", "row", outcome, time, *inputs}, numbers=numbers | {"row"})
    header, *lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) or [[]]
    lines = [line for line in lines if line]
    key = _key(header, inputs, file, outcome=outcome, time=time)
    columns = {name: [line[place] for line in lines] for place, name in enumerate(header)}
    for name in (*(numbers & {*key}), *([outcome] if _is_number(project) else [])):
        _require_one_kind(columns[name], name, file, is_key=name != outcome)
    keys = {name: number_values(columns[name]) if name in numbers else columns[name] for name in key}
    came = outcome_values(columns[outcome], project)
    found = []
    for place, value in enumerate(came):
        if value is None:
            continue
        record: dict[str, Any] = {"outcome": value}
        if columns.get(time, [""] * len(lines))[place].strip():
            record["time"] = columns[time][place]
        if key:
            record["key"] = {name: values[place] for name, values in keys.items()}
        else:
            record["request_id"] = columns["request_id"][place]
            record["row"] = _whole(columns["row"][place]) if "row" in columns else 1
        found.append(record)
    return found, len(came) - len(found)


def _key(header: Sequence[str], inputs: Mapping[str, ColumnSpec], file: Path, *, outcome: str, time: str) -> list[str]:
    """Return the columns of the key; none where the file has request ids."""
    if outcome not in header:
        guess = nearest(outcome, header)
        raise CommandError(
            f"`{file.name}` has no column `{outcome}`.",
            remedy=f"Name the column of what came true: --outcome {guess or 'COLUMN'}",
            code=Code.USAGE,
        )
    if "request_id" in header:
        return []
    key = [name for name in header if name in inputs and name != outcome]
    if not key or time not in header:
        raise CommandError(
            f"`{file.name}` does not say of which predictions its outcomes are.",
            details=[f"It has the columns {', '.join(f'`{name}`' for name in header)}."],
            remedy="Give it the column request_id (and row); or columns of the model that tell whose outcome it is, "
            f"with the column {time}.",
            code=Code.USAGE,
        )
    if unknown := [name for name in header if name not in {*key, outcome, time}]:
        guess = nearest(unknown[0], [name for name in inputs if name not in key])
        raise CommandError(
            f"The model has no column `{unknown[0]}`, and without it `{file.name}` does not say of which predictions "
            "its outcomes are.",
            details=[f"The model has the columns {', '.join(f'`{name}`' for name in inputs)}."],
            remedy=f"Call the column `{guess}`." if guess else "Take the column out where it is no part of the key.",
            code=Code.USAGE,
        )
    return key


def _is_number(project: Project) -> bool:
    """Return whether a model predicts one number, and not the probabilities of classes, whose names may be any."""
    kinds = [spec.type for name, spec in project.schema.outputs.items() if name not in _BESIDE]
    return len(kinds) == 1 and kinds[0] in _NUMBERS


def _require_one_kind(cells: Sequence[str], name: str, file: Path, *, is_key: bool) -> None:
    """Check that a column has numbers, or as an outcome else the names of levels: one text makes texts of all."""
    values = [(row, cell) for row, cell in enumerate(cells, start=1) if number_values([cell]) != [None]]
    texts = [(row, cell) for row, cell in values if isinstance(number_values([cell])[0], str)]
    if not texts or (len(texts) == len(values) and not is_key):
        return
    row, cell = texts[0]
    others = len(texts) - 1
    more = f"; {others} more {'row has' if others == 1 else 'rows have'} the same problem" if others else ""
    raise CommandError(
        f"Column `{name}` of `{file.name}` must hold numbers, and none of the outcomes is kept.",
        details=[f"Row {row} is {cell.strip()!r:.80}{more}."],
        remedy="Correct it." if is_key else "Correct it, or leave the cell empty where nothing came true yet.",
        code=Code.COLUMN_TYPE,
    )


def _whole(cell: str) -> int | str:
    return int(cell) if cell.strip().isdecimal() else cell
