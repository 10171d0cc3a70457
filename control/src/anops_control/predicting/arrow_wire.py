"""A plain CSV file as an Arrow stream, which a service reads in a third of the time that it has for CSV.

Only what is certain to be read as the service reads CSV goes this way. Whatever is not, be it one cell in the last
line, raises `NotCertainError`, and the file is sent as it is: the service then says what is wrong with it.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

from anops_model_interface.columns import MAX_EXACT
from anops_model_interface.level_numbers import is_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_control.predicting.sent_file import SentFile

LEAST_BYTES = 1 << 22
"""A smaller file is answered before Arrow's library is loaded."""
_BLOCK = 1 << 20
_TRUE = ["TRUE", "true", "True", "T", "1"]
_FALSE = ["FALSE", "false", "False", "F", "0"]
_TEXTS = frozenset({"string", "category"})


class NotCertainError(Exception):
    """Something in a file may be read otherwise than by the service."""


def may_go_as_arrow(file: SentFile, inputs: Mapping[str, Mapping[str, Any]]) -> bool:
    """Say whether it is worth a try: a large file in plain CSV, for a model whose columns are known.

    Args:
        file: The file.
        inputs: What the model's columns are, as the service writes a schema.
    """
    dialect = file.dialect
    if not dialect.is_plain or dialect.lines_before or (file.size or 0) < LEAST_BYTES:
        return False
    names = file.columns
    usual = len(set(names)) == len(names) > 1 and all(name and name == name.strip() for name in names)
    if not usual or any("\n" in name or "\r" in name for name in names):
        return False
    return any(name in inputs for name in names) and all(
        name not in inputs or _is_known(inputs[name]) for name in names
    )


def _is_known(spec: Mapping[str, Any]) -> bool:
    """Say whether cells of a column are read here as they are by the service."""
    # a number such as 4.0 may be written for the level 4, and NA may be a level
    odd = any(is_number(level) or level == "NA" for level in spec.get("levels") or ())
    return spec.get("type") in {"number", "integer", "boolean", *_TEXTS} and not odd


def arrow_body(file: SentFile, inputs: Mapping[str, Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield a file as an Arrow stream; columns that the model does not have are named in it, and empty.

    Args:
        file: One that `may_go_as_arrow`.
        inputs: What the model's columns are.

    Raises:
        NotCertainError: Something may be read otherwise than by the service.
    """
    import pyarrow as pa  # noqa: PLC0415  it is slow to import
    from pyarrow import csv  # noqa: PLC0415  the same

    kinds = {name: str(inputs[name]["type"]) for name in file.columns if name in inputs}
    types = {
        "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_(),
        "string": pa.string(), "category": pa.dictionary(pa.int32(), pa.string()),
    }  # fmt: skip
    schema = pa.schema([(name, types[kinds[name]] if name in kinds else pa.null()) for name in file.columns])
    sink = _Sink()
    try:
        with (
            _Watched(file, kinds.values()) as source,
            pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as writer,
        ):
            reader = csv.open_csv(
                source,
                read_options=csv.ReadOptions(column_names=file.columns, block_size=_BLOCK),
                parse_options=csv.ParseOptions(delimiter=file.dialect.separator, ignore_empty_lines=False),
                convert_options=csv.ConvertOptions(
                    include_columns=list(kinds),
                    column_types={name: types[kind] for name, kind in kinds.items()},
                    null_values=["", "NA"],
                    strings_can_be_null=True,
                    true_values=_TRUE,
                    false_values=_FALSE,
                ),
            )
            for batch in reader:
                columns = dict(zip(kinds, batch.columns, strict=True))
                _refuse_odd_numbers(columns, kinds)
                nothing = pa.nulls(batch.num_rows)
                writer.write_batch(
                    pa.record_batch([columns.get(name, nothing) for name in file.columns], schema=schema)
                )
                yield sink.taken()
    except pa.ArrowException as error:
        raise NotCertainError from error
    yield sink.taken()


def _refuse_odd_numbers(columns: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    import pyarrow.compute as pc  # noqa: PLC0415  it is slow to import

    for name, kind in kinds.items():
        if kind != "number":
            continue
        # infinities and NaN have spellings of their own, and so large a number may have been rounded; to compare with
        # a number of Python's would import pandas, which takes longer than to read 100,000 rows
        extremes, total = pc.min_max(columns[name]).as_py(), pc.sum(columns[name]).as_py()
        if extremes["min"] is not None and not -MAX_EXACT < extremes["min"] <= extremes["max"] < MAX_EXACT:
            raise NotCertainError
        if total is not None and math.isnan(total):
            raise NotCertainError


class _Watched(io.RawIOBase):
    """A file of which nothing is read that may mean one thing to Arrow's reader and another to the service."""

    def __init__(self, file: SentFile, kinds: Any) -> None:  # noqa: ANN401  values of a dict
        """Open a file.

        Args:
            file: The file.
            kinds: The types of the columns that are read.
        """
        kinds = set(kinds)
        self._file = file.path.open("rb")
        self._advance, self._size = file.advance, file.size or 0
        if b"\r" in self._file.readline().rstrip(b"\r\n"):
            raise NotCertainError  # lines that end as on no system of today
        # an empty line is no row of missing values
        self._signs = [b'"', b"\0", b"\n\n", b"\n\r", b"\r\r"]
        if "integer" in kinds:
            self._signs += [b"0x", b"0X"]  # whole numbers of base 16
        if kinds & _TEXTS:
            self._signs.append(b"NA")  # is it missing, or a text?
        self._end = b"\n"

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; the first line is not among them."""
        data = self._file.read(size)
        seen = self._end + data[:2]
        if any(sign in data or sign in seen for sign in self._signs):
            raise NotCertainError
        self._end = data[-2:]
        self._advance(self._file.tell(), self._size)
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


class _Sink(io.RawIOBase):
    """Where Arrow writes, and from where it is taken bit by bit."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  any buffer
        """Take in bytes."""
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
