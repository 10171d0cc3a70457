"""The files under `tests/` that hold reference rows and the answers to them."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import ColumnSpec, Schema

_MADE_UP = {
    "integer": 1,
    "boolean": True,
    "string": "text",
    "category": "text",
    "date": "2026-01-31",
    "datetime": "2026-01-31T12:00:00Z",
}


def reference_json(
    rows: dict[str, Any],
    predictions: dict[str, Any],
    options: dict[str, Any] | None = None,
    *,
    by_chance: bool = False,
) -> str:
    """Write `tests/reference.json`: one line for each column, so that a change shows in a diff.

    Args:
        rows: The rows, as `frame_to_json` gives them.
        predictions: The answers to them, likewise.
        options: What is asked with them.
        by_chance: Whether the answers are not the same each time, and so no more than an example of answers.
    """
    parts = [
        f'"rows": {_frame_text(rows)}',
        f'"predictions": {_frame_text(predictions)}',
        f'"options": {_json(options or {})}',
    ]
    if by_chance:
        parts.append('"by_chance": true')
    return "{\n  " + ",\n  ".join(parts) + "\n}\n"


def example_csv(rows: dict[str, Any]) -> str:
    """Write `tests/example.csv`: a missing value is empty, text that looks like one is quoted."""
    columns: dict[str, list[Any]] = rows["columns"]
    lines = [
        list(map(_cell, columns)),
        *([_cell(value) for value in row] for row in zip(*columns.values(), strict=True)),
    ]
    return "".join(",".join(line) + "\n" for line in lines)


def without_gap(rows: dict[str, Any]) -> dict[str, Any]:
    """Leave out the last row, where it alone misses a value: it is none of the data, but made to show one."""
    columns: dict[str, list[Any]] = rows["columns"]
    incomplete = [place for place, row in enumerate(zip(*columns.values(), strict=True)) if None in row]
    size = max((len(values) for values in columns.values()), default=0)
    if size < 2 or incomplete != [size - 1]:
        return rows
    return {**rows, "columns": {name: values[:-1] for name, values in columns.items()}}


def first_row(rows: dict[str, Any] | None, schema: Schema) -> dict[str, Any]:
    """Return a row to show: the first reference row without a missing value, else one made up."""
    columns: dict[str, list[Any]] = rows["columns"] if rows else {}
    complete = [row for row in zip(*columns.values(), strict=True) if None not in row]
    if complete:
        return {name: _short(value) for name, value in zip(columns, complete[0], strict=True)}
    return {name: _made_up(spec) for name, spec in schema.inputs.items()}


def request_text(row: dict[str, Any]) -> str:
    """Write the body that asks for the prediction of one row, quoted for a shell."""
    return shlex.quote(json.dumps({"data": [row]}, ensure_ascii=False))


def as_frame(frame: Frame | None) -> dict[str, Any] | None:
    """Return a frame as JSON values, or None where there is none."""
    from anops_project.frame_json import frame_to_json  # noqa: PLC0415  NumPy is slow to import

    return None if frame is None else frame_to_json(frame)


def _frame_text(frame: dict[str, Any]) -> str:
    columns = [f"      {_json(name)}: {_json(values)}" for name, values in frame["columns"].items()]
    if not columns:
        return f'{{\n    "columns": {{}},\n    "rows": {frame.get("rows", 0)}\n  }}'
    return '{\n    "columns": {\n' + ",\n".join(columns) + "\n    }\n  }"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(_short(value))
    if value in {"", "NA"} or value != value.strip() or any(sign in value for sign in ',"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _short(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _made_up(spec: ColumnSpec) -> object:
    if spec.levels:
        return spec.levels[0]
    for number in (*(spec.values or ())[:1], spec.min, spec.max):
        if number is not None:
            return _short(number)
    return _MADE_UP.get(spec.type, 1)
