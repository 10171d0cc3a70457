"""Reads example rows, and tells from a data frame what the columns of a model are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.level_numbers import levels_of_numbers
from anops_model_interface.moments import zone
from anops_model_interface.schema import ColumnSpec

from anops_worker.python_describe.rows import BOOLEANS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import tzinfo
    from pathlib import Path

MISSING = ["", "NA", "NaN", "nan"]
"""What stands for a missing value in a CSV file."""
MOST_LEVELS = 100
"""Text with more different values than this is text, not a category."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_DIGITS = re.compile(r"\d+$")
_EXACT: dict[str, Any] = {} if int(pd.__version__.partition(".")[0]) >= 3 else {"float_precision": "round_trip"}
"""What makes pandas read every digit, else the last may differ from what a request holds; pandas 3 always does."""
_NA_ROWS = "rows of NA"
_OFFSETS = "offsets from UTC"


def read_example(
    path: Path, known: Mapping[str, ColumnSpec] | None = None, certain: Collection[str] | None = None
) -> pd.DataFrame:
    """Read example rows from a CSV file; semicolons, tabs and decimal commas are recognised.

    An empty cell is missing. NA is the level of that name where a column has one, else missing. A column with codes
    such as 007, which are no numbers, stays text.

    Args:
        path: The file.
        known: What the model says of its columns.
        certain: Of which columns the model itself says the type; by default of all.

    Raises:
        AnOpsError: `MODEL_LOAD`: it can't be read as a table with a header.
    """
    known = known or {}
    certain = known if certain is None else certain
    try:
        start = path.read_text(encoding="utf-8-sig")[:20_000]
        header = start.partition("\n")[0]
        separator = max(",;\t", key=header.count)
        decimal = "," if separator == ";" and re.search(r"(^|;)-?\d+,\d+(;|$)", start, re.MULTILINE) else "."
        how: dict[str, Any] = {"sep": separator, "encoding": "utf-8-sig", "keep_default_na": False}
        texts = pd.read_csv(path, dtype=str, na_values=[""], **how)
        data: pd.DataFrame = pd.read_csv(
            path,
            decimal=decimal,
            na_values=MISSING,
            **_EXACT,
            **how,
        )
    except (OSError, ValueError) as error:
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't read {path.name}: {str(error).strip().partition(chr(10))[0]}",
            remedy="Save the example rows as CSV in UTF-8, with the columns' names in the first line.",
        ) from error
    data.columns = texts.columns = pd.Index(_named_like([str(name) for name in data.columns], known))
    if data.columns.size and data.columns[0] == "Unnamed: 0":  # row names, as R's write.csv() adds them
        data, texts = data.iloc[:, 1:].copy(), texts.iloc[:, 1:].copy()
    if not len(data) or not len(data.columns):
        raise AnOpsError(Code.MODEL_LOAD, f"Can't use {path.name}: it has no rows.", remedy="Add a few example rows.")
    sure = {name: spec for name, spec in known.items() if name in certain or spec.levels}
    as_written = [
        str(name)
        for name in data.columns
        if (name not in sure or sure[name].type in {"category", "string"}) and _stays_text(texts[name], sure.get(name))
    ]
    for name in as_written:
        data[name] = _text_column(texts[name], sure.get(name))
    data.attrs[_NA_ROWS] = _na_rows(texts, data, sure)
    data.attrs[_OFFSETS] = _offsets(texts)
    return data


def missing_texts_notes(data: pd.DataFrame, inputs: Mapping[str, ColumnSpec]) -> list[str]:
    """Say where NA was taken as missing although it may be a text."""
    return [
        f"Column `{name}`: NA in row {rows[0]}{f' and {len(rows) - 1} more' if len(rows) > 1 else ''} of the example "
        "rows was read as missing. If NA is one of its levels, name it in the levels of ao.toml."
        for name, rows in data.attrs.get(_NA_ROWS, {}).items()
        if name in inputs and inputs[name].type in {"category", "string"}
    ]


def _named_like(names: list[str], wanted: Collection[str]) -> list[str]:
    """Call columns as the model does: blanks around a name belong to it where the model has it so."""
    sent = set(names)
    stripped = {name.strip(): name for name in wanted if name not in sent}
    return [
        name if name in wanted else stripped.get(name.strip(), name if name.strip() in sent else name.strip())
        for name in names
    ]


def _stays_text(texts: pd.Series, spec: ColumnSpec | None) -> bool:
    if spec is not None and spec.type in {"category", "string"}:
        return True
    present = [text for text in texts.dropna() if text not in MISSING]
    return all(map(_DIGITS.match, present)) and any(text[0] == "0" and len(text) > 1 for text in present)


def _text_column(texts: pd.Series, spec: ColumnSpec | None) -> pd.Series:
    levels = (spec.levels if spec is not None else None) or ()
    missing = texts.isna() | (texts.isin(MISSING) & ~texts.isin(levels))
    same = levels_of_numbers(set(texts.dropna()), levels)
    return texts.map(lambda text: same.get(text, text)).astype(object).where(~missing, other=None)


def _na_rows(texts: pd.DataFrame, data: pd.DataFrame, known: Mapping[str, ColumnSpec]) -> dict[str, list[int]]:
    """Return the rows (from 1) where NA became missing, of columns of text whose levels nobody knows."""
    found = {
        str(name): [int(row) + 1 for row in np.flatnonzero(texts[name].eq("NA"))]
        for name in data.columns
        if _holds_text(data[name]) and (name not in known or known[str(name)].levels is None)
    }
    return {name: rows for name, rows in found.items() if rows}


def offset_notes(data: pd.DataFrame, inputs: Mapping[str, ColumnSpec]) -> list[str]:
    """Say where example rows have moments of another time zone, whose name nothing tells."""
    return [
        f"Column `{name}` is read as UTC, and the example rows have it at {offset}: where the model looks at the hour "
        'or the day, write the time zone of its fit in ao.toml, as in timezone = "Europe/Berlin".'
        for name, offset in data.attrs.get(_OFFSETS, {}).items()
        if name in inputs and inputs[name].type == "datetime" and inputs[name].timezone is None
    ]


def _offsets(texts: pd.DataFrame) -> dict[str, str]:
    """Return the first offset from UTC of each column of moments that has one."""
    found = {}
    for name in texts.columns:
        moments = [_DATETIME.match(text) for text in texts[name].dropna()]
        offsets = [moment[3] for moment in moments if moment and moment[3] not in {None, "Z", "+00:00", "+0000"}]
        if offsets and all(moments):
            found[str(name)] = offsets[0]
    return found


def _spec_of_moments(present: pd.Series) -> ColumnSpec:
    if present.dt.tz is not None:
        return ColumnSpec(type="datetime", timezone=_name_of(present.dt.tz))
    whole_days = bool((present.dt.normalize() == present).all())
    return ColumnSpec(type="date" if whole_days else "datetime")


def _name_of(timezone: tzinfo) -> str | None:
    """Name a time zone, where it is one of the IANA database and no mere offset."""
    name = getattr(timezone, "key", None) or getattr(timezone, "zone", None) or str(timezone)
    try:
        return str(zone(name).key)
    except (KeyError, ValueError):
        return None


def _holds_text(values: pd.Series) -> bool:
    """Say whether a column is of text, for which pandas has another dtype from version 3 on."""
    return values.dtype == object or isinstance(values.dtype, pd.StringDtype)


def spec_of(values: pd.Series) -> ColumnSpec:  # noqa: PLR0911  one for each type
    """Tell what a column is from its values.

    Args:
        values: A column of example rows, or of the data a model was fitted on.
    """
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        if pd.api.types.is_numeric_dtype(dtype.categories.dtype):
            return ColumnSpec(type="number", values=tuple(float(level) for level in dtype.categories))
        return ColumnSpec(
            type="category", levels=tuple(str(level) for level in dtype.categories), ordered=bool(dtype.ordered)
        )
    if pd.api.types.is_bool_dtype(dtype):
        return ColumnSpec(type="boolean")
    if pd.api.types.is_numeric_dtype(dtype):
        return ColumnSpec(type="number")
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return _spec_of_moments(values.dropna())
    texts = [str(value) for value in values.dropna().unique()]
    if texts and all(text.lower() in BOOLEANS for text in texts):
        return ColumnSpec(type="boolean")
    if texts and all(_DATE.match(text) for text in texts):
        return ColumnSpec(type="date")
    if texts and all(_DATETIME.match(text) for text in texts):
        return ColumnSpec(type="datetime")
    if len(texts) > MOST_LEVELS or (len(values) > 20 and len(texts) > len(values) / 2):
        return ColumnSpec(type="string")
    return ColumnSpec(type="category", levels=tuple(sorted(texts))) if texts else ColumnSpec(type="string")
