"""Rows that are not yet a frame, since what their columns are is still being found out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.columns import column_from_array
from anops_model_interface.errors import FaultCollector
from anops_model_interface.frames import Column, Frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from anops_model_interface.schema import ColumnSpec

BOOLEANS = {"true": True, "false": False}
"""How true and false are written, in lower case."""
_WRITTEN = frozenset({"string", "category", "date", "datetime"})
"""The types whose values are texts."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns by name: those of a data frame, or arrays of made-up values, for which no pandas is needed.

    Attributes:
        columns: A Series or an array (1-D) each.
        count: How many rows there are.
    """

    columns: Mapping[str, Any]
    count: int

    @classmethod
    def of(cls, data: pd.DataFrame | Rows) -> Rows:
        """Take the columns of a data frame."""
        return data if isinstance(data, Rows) else cls({str(name): data[name] for name in data.columns}, len(data))

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self.count

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  a Series or an array
        """Return a column."""
        return self.columns[name]

    def take(self, places: np.ndarray) -> Rows:
        """Return the rows at some places."""
        return Rows({name: values.take(places) for name, values in self.columns.items()}, len(places))

    def with_column(self, name: str, values: Any) -> Rows:  # noqa: ANN401  the same
        """Return the rows with other values in a column."""
        return replace(self, columns={**self.columns, name: values})


def frame_of(data: pd.DataFrame | Rows, specs: Mapping[str, ColumnSpec]) -> Frame:
    """Make a frame of rows.

    Args:
        data: They, with every column of the specs.
        specs: What the columns are.

    Raises:
        AnOpsError: A column's values are not what its spec says.
    """
    faults = FaultCollector()
    columns = tuple(_column(name, data[name], spec, faults) for name, spec in specs.items())
    faults.raise_if_any()
    return Frame(columns, len(data))


def _column(name: str, values: pd.Series | np.ndarray, spec: ColumnSpec, faults: FaultCollector) -> Column:
    if isinstance(values, np.ndarray):  # made up: none is missing
        plain = np.array([_text(value) for value in values], dtype=object) if spec.type in _WRITTEN else values
        return column_from_array(name, plain, np.zeros(len(values), dtype=bool), spec, faults)
    return _column_of_series(name, values, spec, faults)


def _column_of_series(name: str, values: pd.Series, spec: ColumnSpec, faults: FaultCollector) -> Column:
    import pandas as pd  # noqa: PLC0415  there, since the series is

    missing = values.isna().to_numpy()
    placeholder: Any = {"number": 0.0, "integer": 0, "boolean": False}.get(spec.type, "")
    dtype = values.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "fi" and spec.type in {"number", "integer"}:
        plain = values.to_numpy(
            dtype=np.float64 if dtype.kind == "f" else np.int64
        )  # thousands of them cost seconds else
        return column_from_array(name, np.where(missing, 0, plain), missing, spec, faults)
    if isinstance(dtype, pd.CategoricalDtype):
        values = values.astype(dtype.categories.dtype if spec.type in {"number", "integer"} else object)
    values = values.astype(object).where(~missing, other=placeholder)
    if spec.type == "boolean":
        values = values.map(lambda value: BOOLEANS.get(str(value).lower(), value))
    elif spec.type in {"date", "datetime"} and pd.api.types.is_datetime64_any_dtype(dtype):
        values = values.map(lambda moment: moment.isoformat() if moment != "" else "")
    elif spec.type in _WRITTEN:
        values = values.map(_text)
    return column_from_array(name, values.infer_objects().to_numpy(), missing, spec, faults)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
