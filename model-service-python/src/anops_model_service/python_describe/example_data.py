"""Reads example rows, and tells from them what the columns of a model are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd
from anops_model_interface.columns import column_from_array
from anops_model_interface.errors import AnOpsError, Code, FaultCollector
from anops_model_interface.frames import Column, Frame
from anops_model_interface.schema import ColumnSpec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MISSING = ["", "NA", "NaN", "nan"]
"""What stands for a missing value in a CSV file."""
MOST_LEVELS = 100
"""Text with more different values than this is text, not a category."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_BOOLEANS = {"true": True, "false": False}


def read_example(path: Path) -> pd.DataFrame:
    """Read example rows from a CSV file; semicolons, tabs and decimal commas are recognised.

    Raises:
        AnOpsError: `MODEL_LOAD`: it can't be read as a table with a header.
    """
    try:
        start = path.read_text(encoding="utf-8-sig")[:20_000]
        header = start.partition("\n")[0]
        separator = max(",;\t", key=header.count)
        decimal = "," if separator == ";" and re.search(r"(^|;)-?\d+,\d+(;|$)", start, re.MULTILINE) else "."
        data = pd.read_csv(
            path,
            sep=separator,
            decimal=decimal,
            encoding="utf-8-sig",
            keep_default_na=False,
            na_values=MISSING,
            float_precision="round_trip",  # else the last digit may differ from what a request holds
        )
    except (OSError, ValueError) as error:
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't read {path.name}: {str(error).strip().partition(chr(10))[0]}",
            remedy="Save the example rows as CSV in UTF-8, with the columns' names in the first line.",
        ) from error
    data.columns = [str(name) for name in data.columns]
    if data.columns.size and data.columns[0] == "Unnamed: 0":  # row names, as R's write.csv() adds them
        data = data.iloc[:, 1:]
    if not len(data) or not len(data.columns):
        raise AnOpsError(Code.MODEL_LOAD, f"Can't use {path.name}: it has no rows.", remedy="Add a few example rows.")
    return data


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
        whole_days = dtype == "datetime64[ns]" and bool((values.dropna().dt.normalize() == values.dropna()).all())
        return ColumnSpec(type="date" if whole_days else "datetime")
    texts = [str(value) for value in values.dropna().unique()]
    if texts and all(text.lower() in _BOOLEANS for text in texts):
        return ColumnSpec(type="boolean")
    if texts and all(_DATE.match(text) for text in texts):
        return ColumnSpec(type="date")
    if texts and all(_DATETIME.match(text) for text in texts):
        return ColumnSpec(type="datetime")
    if len(texts) > MOST_LEVELS or (len(values) > 20 and len(texts) > len(values) / 2):
        return ColumnSpec(type="string")
    return ColumnSpec(type="category", levels=tuple(sorted(texts))) if texts else ColumnSpec(type="string")


def frame_of(data: pd.DataFrame, specs: Mapping[str, ColumnSpec]) -> Frame:
    """Make a frame of example rows.

    Args:
        data: The rows, with every column of the specs.
        specs: What the columns are.

    Raises:
        AnOpsError: A column's values are not what its spec says.
    """
    faults = FaultCollector()
    columns = tuple(_column(name, data[name], spec, faults) for name, spec in specs.items())
    faults.raise_if_any()
    return Frame(columns, len(data))


def _column(name: str, values: pd.Series, spec: ColumnSpec, faults: FaultCollector) -> Column:
    missing = values.isna().to_numpy()
    placeholder: Any = {"number": 0.0, "integer": 0, "boolean": False}.get(spec.type, "")
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        values = values.astype(dtype.categories.dtype if spec.type in {"number", "integer"} else object)
    values = values.astype(object).where(~missing, other=placeholder)
    if spec.type == "boolean":
        values = values.map(lambda value: _BOOLEANS.get(str(value).lower(), value))
    elif spec.type in {"date", "datetime"} and pd.api.types.is_datetime64_any_dtype(dtype):
        values = values.map(lambda moment: moment.isoformat() if moment != "" else "")
    elif spec.type in {"string", "category", "date", "datetime"}:
        values = values.map(_text)
    return column_from_array(name, values.infer_objects().to_numpy(), missing, spec, faults)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
