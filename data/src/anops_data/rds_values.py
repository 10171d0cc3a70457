"""Reads the values of a data frame in an RDS file, through R: as one batch, for R holds all of them at once."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import pyarrow as pa
from anops_control.child_environment import child_environment
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from anops_control.datasets.description import Description

_PROGRAM = Path(__file__).with_name("values_of_rds.R")
_KINDS = ("number", "integer64", "boolean", "date", "datetime", "text")
_MISSING_64 = np.iinfo(np.int64).min
_MISSING_32 = np.iinfo(np.int32).min


def is_readable() -> bool:
    """Say whether R is here, which alone reads RDS."""
    return shutil.which("Rscript") is not None


def values_in(file: Path, description: Description) -> pa.RecordBatch:
    """Read a data frame.

    Args:
        file: The RDS file.
        description: What is known of it: its columns in their order, and how many rows.

    Raises:
        CommandError: R can't read it.
    """
    with tempfile.TemporaryDirectory(prefix="ao-rds-") as work:
        target = Path(work, "values")
        ended = subprocess.run(  # noqa: S603  the person's own R
            [shutil.which("Rscript") or "Rscript", "--vanilla", str(_PROGRAM), str(file), str(target)],
            capture_output=True,
            check=False,
            env={**child_environment(), "LC_ALL": "C.UTF-8"},
        )
        if ended.returncode:
            raise CommandError(
                f"R can't read the values of `{file.name}`.",
                details=ended.stderr.decode(errors="replace").strip().splitlines()[-3:],
                remedy="Look at it in R: readRDS()",
                code=Code.FILE_UNREADABLE,
            )
        with target.open("rb") as source:
            rows = description.rows or 0
            return pa.RecordBatch.from_arrays([_column(source, rows) for _ in description.columns],
                                              names=list(description.columns))  # fmt: skip


def _column(source: IO[bytes], rows: int) -> pa.Array:
    kind = _KINDS[int(_whole(source, 1)[0]) - 1]
    if kind == "text":
        lengths = _whole(source, int(_whole(source, 1)[0]))
        texts = [source.read(int(length)).decode() for length in lengths]
        places = _whole(source, rows)
        codes = pa.array(places - 1, mask=places == _MISSING_32)
        return pa.DictionaryArray.from_arrays(codes, pa.array(texts, pa.string())).dictionary_decode()
    if kind == "integer64":
        whole = np.frombuffer(source.read(8 * rows), dtype=np.int64)
        return pa.array(whole, mask=whole == _MISSING_64)
    values = np.frombuffer(source.read(8 * rows), dtype=np.float64)
    missing = np.isnan(values)
    known = np.where(missing, 0, values)
    if kind == "boolean":
        return pa.array(known != 0, mask=missing)
    if kind == "date":
        return pa.array(np.floor(known).astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())
    if kind == "datetime":
        return pa.array(np.round(known * 1e6).astype(np.int64), pa.int64(), mask=missing).cast(
            pa.timestamp("us", "UTC")
        )
    return pa.array(values, mask=missing)


def _whole(source: IO[bytes], count: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.frombuffer(source.read(4 * count), dtype=np.int32)
