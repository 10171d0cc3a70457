"""The file that names the columns of a model whose server does not: a schema, or rows as an example."""

from __future__ import annotations

import csv
import json
import math
import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from anops_model_interface.open_inference.tensor_layout import Declared
from anops_model_interface.schema import ColumnSpec, ColumnType, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PARTS = ("inputs", "outputs", "options")
_KEYS = (*_PARTS, "tensor", "datatype")
_MISSING = frozenset({"", "NA", "NaN"})
_BOOLEANS = frozenset({"true", "false"})


class ColumnFileError(Exception):
    """The file can't be used; the text says why and how to fix it, for a person."""


def read_column_file(path: Path) -> Declared:
    """Read a schema (TOML or JSON), or a CSV file of example rows.

    Args:
        path: Its name ends with `.toml`, `.json` or `.csv`.

    Raises:
        ColumnFileError: It can't be read, or does not name columns.
    """
    ending = path.suffix.lower()
    try:
        if ending == ".csv":
            return Declared(Schema(inputs=_columns_of_rows(path)))
        if ending not in {".toml", ".json"}:
            raise ColumnFileError(
                f"Can't read the columns from {path}: its name must end with .toml, .json or .csv, not {ending or '…'}."
            )
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text) if ending == ".toml" else json.loads(text)
    except OSError as error:
        raise ColumnFileError(f"Can't read the columns from {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ColumnFileError(f"Can't read the columns from {path}: it must be UTF-8.") from error
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ColumnFileError(f"Can't read the columns from {path}: {error}.") from error
    return _declared(content, path)


def _declared(content: Any, path: Path) -> Declared:  # noqa: ANN401  whatever the file holds
    # an ao.toml has them under [model], the answer of GET /model under "schema"
    for place in ("model", "schema"):
        if isinstance(content, dict) and "inputs" not in content and isinstance(content.get(place), dict):
            content = {key: value for key, value in content[place].items() if key in _KEYS}
    if not isinstance(content, dict) or not isinstance(content.get("inputs"), dict) or not content["inputs"]:
        raise ColumnFileError(
            f'Can\'t read the columns from {path}: it must have a table [inputs] with lines such as wt = "number".'
        )
    unknown = [key for key in content if key not in _KEYS]
    if unknown:
        raise ColumnFileError(f"Can't read the columns from {path}: `{unknown[0]}` must be one of {', '.join(_KEYS)}.")
    try:
        schema = Schema.of({part: content.get(part, {}) for part in _PARTS})
    except ValueError as error:
        raise ColumnFileError(f"Can't read the columns from {path}: {error}.") from error
    return Declared(schema, str(content.get("tensor", "")), str(content.get("datatype", "FP64")))


def _columns_of_rows(path: Path) -> dict[str, ColumnSpec]:
    """Derive the types of columns from example rows."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        try:
            header, *rows = [row for row in csv.reader(file) if row] or [[]]
        except csv.Error as error:
            raise ColumnFileError(f"Can't read the columns from {path}: {error}.") from error
    if not rows or len(set(header)) < len(header) or any(len(row) != len(header) for row in rows):
        raise ColumnFileError(
            f"Can't read the columns from {path}: it must have a first line with different names, and rows of as many "
            "cells, with commas between them."
        )
    return {name: ColumnSpec(type=_type_of(cells)) for name, cells in zip(header, zip(*rows, strict=True), strict=True)}


def _type_of(cells: Iterable[str]) -> ColumnType:
    texts = {cell.strip() for cell in cells} - _MISSING
    if texts and {text.lower() for text in texts} <= _BOOLEANS:
        return "boolean"
    if all(_reads(float, text) for text in texts):
        return "number"  # 3 may be an integer or a number: a number takes both
    if all(len(text) == 10 and _reads(date.fromisoformat, text) for text in texts):
        return "date"
    return "datetime" if all(_reads(datetime.fromisoformat, text) for text in texts) else "string"


def _reads(reader: Any, text: str) -> bool:  # noqa: ANN401  a function of a text
    try:
        value = reader(text)
    except ValueError:
        return False
    # 007 is a code, and _ stands in no number of a CSV file
    plain = "_" not in text and not (len(text) > 1 and text[0] == "0" and text.isdecimal())
    return not isinstance(value, float) or (math.isfinite(value) and plain)
