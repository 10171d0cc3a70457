"""Datasets that `ao data` keeps, as pandas DataFrames: `anops.data("sales")`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from anops.ao_program import ask_ao
from anops.errors import DatasetError


def data(
    name: str, version: str | None = None, *, project: str | os.PathLike[str] = ".", board: str | None = None
) -> pd.DataFrame:
    """Read a version of a dataset, with its types, levels, time zones and missing values.

    `ao` gives it, after it has seen that the rows are those that were added. pyarrow must be installed here.

    Args:
        name: The dataset.
        version: The version, or how it or its hash begins; None: the latest.
        project: The folder of the project, or one below it.
        board: A board other than the project's: a folder or an address.

    Returns:
        A data frame; `frame.attrs["anops"]` holds its `version` and what else is known of it. Whole numbers and
        booleans with missing values are `Int64` and `boolean`.

    Raises:
        DatasetError: There is no such dataset or version, or it can't be read; the text is that of `ao`.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  only what reads datasets needs it
        import pyarrow.ipc  # noqa: PLC0415  the same
    except ImportError as error:
        raise DatasetError(
            f"Reading a dataset needs pyarrow.\n→ Run: {sys.executable} -m pip install pyarrow"
        ) from error
    with tempfile.TemporaryDirectory(prefix="anops-data-") as folder:
        file = Path(folder, "rows.arrow")
        asked = [
            "data",
            "pull",
            name,
            "--as",
            "arrow",
            "--output",
            str(file),
            "--project",
            os.fspath(project),
            "--json",
        ]
        asked += [] if version is None else ["--version", version]
        asked += [] if board is None else ["--board", board]
        told = ask_ao(asked)
        with pa.memory_map(str(file)) as source:
            table = pa.ipc.open_file(source).read_all()
            frame = _frame(table.replace_schema_metadata(_without_ours(table.schema.metadata)))
    frame.attrs["anops"] = told["dataset"]
    return frame


def _without_ours(metadata: Any) -> Any:  # noqa: ANN401  bytes by bytes, or None
    return {key: value for key, value in (metadata or {}).items() if not key.startswith(b"anops.")} or None


def _frame(table: Any) -> pd.DataFrame:  # noqa: ANN401  pyarrow is not always there
    import pyarrow as pa  # noqa: PLC0415  it is there when this is called

    whole = {pa.int8(): pd.Int8Dtype(), pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype(),
             pa.int64(): pd.Int64Dtype(), pa.uint8(): pd.UInt8Dtype(), pa.uint16(): pd.UInt16Dtype(),
             pa.uint32(): pd.UInt32Dtype(), pa.uint64(): pd.UInt64Dtype(), pa.bool_(): pd.BooleanDtype()}  # fmt: skip
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        kind = whole.get(column.type) if column.null_count else None
        columns[name] = column.to_pandas(
            date_as_object=False, types_mapper=None if kind is None else {column.type: kind}.get
        )
    frame: pd.DataFrame = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))
    return frame
