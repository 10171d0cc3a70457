"""Rows as a person has them, as a DataFrame of pandas."""

from __future__ import annotations

from typing import Any

import pandas as pd


def data_frame(rows: Any) -> pd.DataFrame:  # noqa: ANN401  tables of libraries that need not be there
    """Return rows as a DataFrame of pandas.

    Args:
        rows: A DataFrame of pandas or polars, a table of pyarrow, a dict of columns, or a list of dicts. Columns of
            polars and pyarrow keep their Arrow types, so that whole numbers with gaps stay whole numbers.
    """
    if isinstance(rows, pd.DataFrame):
        return rows
    held = rows.to_arrow() if hasattr(rows, "to_arrow") else rows
    if hasattr(held, "to_pandas"):
        frame: pd.DataFrame = held.to_pandas(types_mapper=pd.ArrowDtype)
        return frame
    return pd.DataFrame(rows)
