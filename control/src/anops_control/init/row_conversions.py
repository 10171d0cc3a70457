"""The lines of a project's own test that give its reference rows the types which JSON can't say."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.schema import ColumnSpec, Schema

_R_WIDTH = 80
_NUMBERS_TO_JSONLITE = {"NA", "NaN", "Inf", "-Inf"}
_PYTHON_WIDTH = 84


def r_lines(rows: dict[str, Any] | None, schema: Schema) -> str:
    """Write R code that converts columns of the data frame `rows`, each line with a line break before it."""
    return _lines(rows, schema, _r)


def python_lines(rows: dict[str, Any] | None, schema: Schema) -> str:
    """Write Python code that converts columns of the DataFrame `rows`, indented for a function."""
    return textwrap.indent(_lines(rows, schema, _python), "    ")


def r_answered(predictions: dict[str, Any] | None) -> str:
    """Write R code that leaves out rows whose prediction is missing: `predict()` itself may drop such rows."""
    if not _some_missing(predictions):
        return ""
    return (
        "\n\n# predict() itself may leave out rows with missing values"
        "\nanswered <- complete.cases(expected)"
        "\nrows <- rows[answered, , drop = FALSE]"
        "\nexpected <- expected[answered, , drop = FALSE]"
    )


def python_answered(predictions: dict[str, Any] | None) -> str:
    """Write Python code that leaves out rows whose prediction is missing; see `r_answered`."""
    if not _some_missing(predictions):
        return ""
    lines = (
        "\n# predict() itself may leave out rows with missing values"
        "\nanswered = expected.notna().all(axis=1)"
        "\nrows, expected = rows[answered], expected[answered]"
    )
    return textwrap.indent(lines, "    ")


def _some_missing(frame: dict[str, Any] | None) -> bool:
    return frame is not None and any(None in values for values in frame["columns"].values())


def _lines(rows: dict[str, Any] | None, schema: Schema, write: Any) -> str:  # noqa: ANN401  one of the two below
    columns: dict[str, list[Any]] = rows["columns"] if rows else {}
    written = [write(name, schema.inputs[name], values) for name, values in columns.items() if name in schema.inputs]
    return "".join(f"\n{line}" for line in written if line)


def _r(name: str, spec: ColumnSpec, values: Sequence[Any]) -> str:  # noqa: PLR0911  one return for each type
    column = f"rows[[{_quoted(name)}]]"
    empty = all(value is None for value in values)
    match spec.type:
        case "category" if spec.levels is not None:
            return _r_literal(column, values) + _r_factor(column, spec)
        case "string" | "category" if not empty:
            return _r_literal(column, values).rstrip()
        case "date":
            return f"{column} <- as.Date({column})"
        case "datetime":
            at = f'as.POSIXct(\n  {column},\n  format = "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC"\n)'
            zone = f'\nattr({column}, "tzone") <- {_quoted(spec.timezone)}' if spec.timezone else ""
            return f"{column} <- {at}{zone}"
        case "number" | "integer" if empty or any(isinstance(value, str) for value in values):
            return f"{column} <- as.numeric({column})"
        case "string" | "category" if empty:
            return f"{column} <- as.character({column})"
    return ""


def _python(name: str, spec: ColumnSpec, values: Sequence[Any]) -> str:  # noqa: PLR0911  one return for each type
    column = f"rows[{_quoted(name)}]"
    missing = any(value is None for value in values)
    match spec.type:
        case "category" if spec.levels is not None:
            return _python_categorical(column, spec)
        case "date":
            return f"{column} = pd.to_datetime({column}){_in_unit(spec)}"
        case "datetime":
            to_zone = f"tz_convert({_quoted(spec.timezone)})" if spec.timezone else "tz_localize(None)"
            return (
                f'{column} = pd.to_datetime(\n    {column}, utc=True, format="ISO8601"\n).dt.{to_zone}{_in_unit(spec)}'
            )
        case "number" if not all(isinstance(value, float) or value is None for value in values) or all(
            value is None for value in values
        ):
            return f'{column} = {column}.astype("float64")'
        case "integer" if all(value is None for value in values):
            return f'{column} = {column}.astype("float64")'
        case "boolean" | "string" | "category" if missing:
            return f"{column} = {column}.fillna(np.nan)"
    return ""


def _in_unit(spec: ColumnSpec) -> str:
    return f'.dt.as_unit("{spec.resolution}")' if spec.resolution else ""


def _r_literal(column: str, values: Sequence[Any]) -> str:
    """Write text out where jsonlite would take all of it for numbers."""
    if not {value for value in values if value is not None} <= _NUMBERS_TO_JSONLITE or not any(values):
        return ""
    return f"{column} <- c({', '.join('NA' if value is None else _quoted(value) for value in values)})\n"


def _r_factor(column: str, spec: ColumnSpec) -> str:
    levels = [_quoted(level) for level in spec.levels or ()]
    ordered = ", ordered = TRUE" if spec.ordered else ""
    for written in (
        f"{column} <- factor({column}, levels = c({', '.join(levels)}){ordered})",
        f"{column} <- factor(\n  {column},\n  levels = c({', '.join(levels)}){ordered}\n)",
    ):
        if max(map(len, written.splitlines())) <= _R_WIDTH:
            return written
    listed = ",\n    ".join(levels)
    return f"{column} <- factor(\n  {column},\n  levels = c(\n    {listed}\n  ){ordered}\n)"


def _python_categorical(column: str, spec: ColumnSpec) -> str:
    levels = [_quoted(level) for level in spec.levels or ()]
    ordered = ", ordered=True" if spec.ordered else ""
    listed = f"{column}, categories=[{', '.join(levels)}]{ordered}"
    for written in (f"{column} = pd.Categorical({listed})", f"{column} = pd.Categorical(\n    {listed}\n)"):
        if max(map(len, written.splitlines())) <= _PYTHON_WIDTH:
            return written
    lines = "".join(f"        {level},\n" for level in levels)
    last = "    ordered=True,\n" if spec.ordered else ""
    return f"{column} = pd.Categorical(\n    {column},\n    categories=[\n{lines}    ],\n{last})"


def _quoted(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)
