"""Writes a project's reference rows, and the model's predictions of now as those that are expected."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.frame_json import frame_to_json
from anops_project.reference import EXAMPLE, REFERENCE

from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.examination import examined, reproduced
from anops_control.init.reference_files import example_csv, reference_json, without_gap
from anops_control.json_files import object_in
from anops_control.rules.comparison import Difference, differences
from anops_control.rules.predictions import GIVE_ROWS
from anops_control.tables.dialect import Asked
from anops_control.tables.plain_file import plain_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_model_interface.frames import Frame
    from anops_project.project import Project

_MOST_ROWS = 10
"""Reference rows are few: those of a longer file that show most are taken."""


def accept_predictions(folder: Path, data: Path | None = None, asked: Asked | None = None) -> str:
    """Write the model's present predictions into the reference file, as those that are expected from now on.

    Args:
        folder: The project's folder.
        asked: What the person says of how that file is written.
        data: A CSV file whose rows become the reference rows. Without it they stay as they are, where they still fit
            the project; else they are taken from the model itself, or from `tests/example.csv`.

    Returns:
        What was written, in a sentence.

    Raises:
        AnOpsError: The model can't be loaded, or failed; or the file does not fit it.
        CommandError: There are no rows to be had.
    """
    path = folder / REFERENCE
    before = object_in(path)
    with _kept_where_it_fails(path):
        before = _with_known_options(path, before, load(folder).project)
        taken = _from_file(folder, data, before, asked) if data is not None else _still_fitting(folder, before)
        now = reproduced(load(folder))
        if now.rows is None or now.predictions is None:
            raise _no_rows("the project had none")
        received = frame_to_json(now.predictions)
        text = reference_json(frame_to_json(now.rows), received, before.get("options"), by_chance=now.by_chance)
        path.write_text(text, encoding="utf-8")
    if not (folder / EXAMPLE).exists():
        (folder / EXAMPLE).write_text(example_csv(without_gap(frame_to_json(now.rows))), encoding="utf-8")
    expected = {} if taken else (before.get("predictions") or {}).get("columns", {})
    tolerance = load(folder).check.tolerance
    if now.by_chance:
        count = f"{now.rows.rows} {'row' if now.rows.rows == 1 else 'rows'}"
        return f"Wrote {REFERENCE}: the predictions of {count}, which are drawn by chance.{taken}"
    return f"Wrote {REFERENCE}: {changes_of(expected, received['columns'], now.rows.rows, tolerance)}.{taken}"


def rows_of(data: Path, project: Project, asked: Asked | None = None) -> Frame:
    """Read rows for a model from a CSV file; columns that it does not use may be there too, such as the outcome.

    Raises:
        AnOpsError: A column lacks, or a value does not fit.
        CommandError: The file can't be read, or has no rows.
    """
    from anops_api_service.bodies.csv_body import CsvBody  # noqa: PLC0415  slow to import

    if not data.is_file():
        raise CommandError(
            f"There is no file `{data}`.", remedy="Name a CSV file with --data.", code=Code.FILE_NOT_FOUND
        )
    inputs = project.schema.inputs
    numbers = frozenset(name for name, spec in inputs.items() if spec.type in {"number", "integer"})
    try:
        content = plain_bytes(data, asked or Asked(), names=inputs, numbers=numbers)
        frame = CsvBody(project.schema, project.project.name).read(content, {}).frame
    except AnOpsError as error:
        problem = error.problem
        message = f"Can't take reference rows from `{data}`. {problem.message}"
        remedy = problem.remedy or f"Correct {data.name}; columns that the model does not use may stay in it."
        raise AnOpsError.of(replace(problem, lead=None, message=message, remedy=remedy)) from error
    if not frame.rows:
        raise CommandError(
            f"`{data}` has no rows.", code=Code.NO_ROWS, remedy="Name a CSV file with a header and some rows."
        )
    return _few(frame)


def _few(frame: Frame) -> Frame:
    if frame.rows <= _MOST_ROWS:
        return frame
    from anops_project.telling_rows import choose  # noqa: PLC0415

    return frame.at(choose(frame))


def _with_known_options(path: Path, before: dict[str, Any], project: Project) -> dict[str, Any]:
    """Leave out what the rows were asked with and `ao.toml` no longer offers."""
    asked = before.get("options")
    if not isinstance(asked, dict) or asked.keys() <= project.schema.options.keys():
        return before
    left = {name: value for name, value in asked.items() if name in project.schema.options}
    now = before | {"options": left}
    path.write_text(json.dumps(now, ensure_ascii=False), encoding="utf-8")
    return now


def _from_file(folder: Path, data: Path, before: dict[str, Any], asked: Asked | None) -> str:
    rows = rows_of(data, load(folder).project, asked)
    _write_rows(folder, rows, before)
    return f" Its rows are from {data}."


def _still_fitting(folder: Path, before: dict[str, Any]) -> str:
    """Check that there are rows that fit; say where they are from, where they are new."""
    failed: AnOpsError | None = None
    try:
        if reproduced(load(folder)).rows is not None:
            return ""
        why = "the project had none"
    except AnOpsError as error:
        failed, why = error, error.problem.message.rstrip(".")
    description = examined(load(folder), "description").description
    if description is not None and description.rows is not None and description.predictions is not None:
        _write_rows(folder, description.rows, before)
        return f" Its rows are new, from the model itself ({why})."
    if (folder / EXAMPLE).is_file():
        try:
            _write_rows(folder, rows_of(folder / EXAMPLE, load(folder).project), before)
        except AnOpsError:
            if failed is not None and not _is_of_rows(failed):
                raise failed from None
            raise
        return f" Its rows are new, from {EXAMPLE} ({why})."
    if failed is not None and not _is_of_rows(failed):
        raise failed
    raise _no_rows(why)


def _is_of_rows(failed: AnOpsError) -> bool:
    """Say whether the rows of the reference file are to blame: whoever asks to write them anew needs others."""
    return bool(failed.problem.faults) or failed.problem.code is Code.BODY_SHAPE


def _write_rows(folder: Path, rows: Frame, before: dict[str, Any]) -> None:
    path = folder / REFERENCE
    path.parent.mkdir(exist_ok=True)
    nothing: dict[str, Any] = {"columns": {}, "rows": 0}
    path.write_text(reference_json(frame_to_json(rows), nothing, before.get("options")), encoding="utf-8")


@contextmanager
def _kept_where_it_fails(path: Path) -> Iterator[None]:
    saved = path.read_bytes() if path.exists() else None
    try:
        yield
    except BaseException:
        if saved is not None:
            path.write_bytes(saved)
        else:
            path.unlink(missing_ok=True)
        raise


def _no_rows(why: str) -> CommandError:
    return CommandError(
        f"There are no rows to keep predictions of: {why}, and the model has none to give.",
        code=Code.NO_ROWS,
        remedy=GIVE_ROWS,
    )


def changes_of(expected: dict[str, list[Any]], received: dict[str, list[Any]], rows: int, tolerance: float) -> str:
    """Say in a clause how the answers of now differ from those before.

    Args:
        expected: The answers before, by column.
        received: Those of now.
        rows: How many there are.
        tolerance: How far a number may be off, relative to its size.
    """
    if expected.keys() != received.keys() or any(len(values) != rows for values in expected.values()):
        return f"the predictions of {rows} {'row' if rows == 1 else 'rows'}"
    found = list(differences(expected, received, tolerance))
    if not found:
        return f"none of its {rows} rows is predicted differently"
    changed = len({difference.row for difference in found})
    largest = max(found, key=_size)
    return (
        f"{changed} of its {rows} rows {'is' if changed == 1 else 'are'} predicted differently; most of all "
        f"row {largest.row}, which was {largest.expected} and is {largest.received} now"
    )


def _size(difference: Difference) -> float:
    return float("inf") if difference.relative is None else difference.relative
