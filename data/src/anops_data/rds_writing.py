"""Writes a data frame as R reads it with `readRDS()`: serialization format 2, in which every type has its place."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from anops_model_interface.schema import ColumnSpec

_NA_REAL = np.array([0x7FF00000000007A2], dtype=">u8")
_NA_INTEGER = -(1 << 31)
_LARGEST_INTEGER = (1 << 31) - 1
_LARGEST_EXACT = 1 << 53
_OBJECT, _ATTRIBUTES = 0x100, 0x200
_LOGICAL, _INTEGER, _REAL, _TEXTS, _LIST = 10, 13, 14, 16, 19
_NA_TEXT = struct.pack(">ii", 9, -1)


def write(target: BinaryIO, columns: Sequence[tuple[str, ColumnSpec, pa.ChunkedArray]], rows: int) -> None:
    """Write a data frame.

    Args:
        target: The file.
        columns: Names, what they are, and their values.
        rows: How many there are.
    """
    # "R Internals", section "Serialization Formats"
    target.write(b"X\n" + struct.pack(">iii", 2, 0x00040202, 0x00020300))
    target.write(struct.pack(">ii", _LIST | _OBJECT | _ATTRIBUTES, len(columns)))
    for name, spec, values in columns:
        _Column(target, rows, name).write(spec, values)
    names = [name for name, _, _ in columns]
    _attributes(target, {"names": _texts(names), "class": _texts(["data.frame"]), "row.names": _row_names(rows)})


class _Column:
    """Writes one column."""

    def __init__(self, target: BinaryIO, rows: int, name: str) -> None:
        self._target = target
        self._rows = rows
        self._name = name

    def write(self, spec: ColumnSpec, values: pa.ChunkedArray) -> None:
        """Write the values with their attributes."""
        kind = values.type
        if spec.type == "category":
            self._factor(spec, values)
        elif pa.types.is_boolean(kind):
            self._whole(_LOGICAL, values.chunks)
        elif pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale <= 0):
            self._integers(values)
        elif pa.types.is_date(kind):
            days = (chunk.cast(pa.date32()).cast(pa.int32()) for chunk in values.chunks)
            self._reals(days, {"class": _texts(["Date"])})
        elif pa.types.is_timestamp(kind):
            per_second = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
            zone = spec.timezone or kind.tz or "UTC"
            attributes = {"class": _texts(["POSIXct", "POSIXt"]), "tzone": _texts([zone])}
            self._reals((chunk.cast(pa.int64()) for chunk in values.chunks), attributes, divisor=per_second)
        elif pa.types.is_duration(kind):
            per_second = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
            attributes = {"class": _texts(["difftime"]), "units": _texts(["secs"])}
            self._reals((chunk.cast(pa.int64()) for chunk in values.chunks), attributes, divisor=per_second)
        elif pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
            self._reals((chunk.cast(pa.float64()) for chunk in values.chunks), {})
        else:
            self._texts(values)

    def _integers(self, values: pa.ChunkedArray) -> None:
        found = pc.min_max(values)
        low, high = int(found["min"].as_py() or 0), int(found["max"].as_py() or 0)
        if low >= -_LARGEST_INTEGER and high <= _LARGEST_INTEGER:
            self._whole(_INTEGER, [chunk.cast(pa.int64()) for chunk in values.chunks])
        elif low >= -_LARGEST_EXACT and high <= _LARGEST_EXACT:
            self._reals((chunk.cast(pa.float64()) for chunk in values.chunks), {})
        elif low <= -(1 << 63) or high >= 1 << 63:  # the least of 64 bits is the NA of bit64
            raise CommandError(
                f"Column `{self._name}` holds {high if high >= 1 << 63 else low}, a whole number that R can't keep.",
                remedy="Keep the column as text: of a database, CAST(column AS text).",
                code=Code.COLUMN_TYPE,
            )
        else:  # as bit64 has it: whole numbers of 64 bits in the place of doubles
            self._begin(_REAL, has_attributes=True)
            for chunk in values.chunks:
                numbers = pc.fill_null(chunk.cast(pa.int64()), -(1 << 63)).to_numpy(zero_copy_only=False)
                self._target.write(numbers.astype(">i8").tobytes())
            _attributes(self._target, {"class": _texts(["integer64"])})

    def _begin(self, kind: int, *, has_attributes: bool) -> None:
        flags = kind | (_OBJECT | _ATTRIBUTES if has_attributes else 0)
        self._target.write(struct.pack(">i", flags) + _length(self._rows))

    def _whole(self, kind: int, chunks: Sequence[pa.Array]) -> None:
        self._begin(kind, has_attributes=False)
        for chunk in chunks:
            self._target.write(_integers_of(chunk))

    def _reals(self, chunks: Iterator[pa.Array], attributes: dict[str, bytes], divisor: float = 1) -> None:
        self._begin(_REAL, has_attributes=bool(attributes))
        for chunk in chunks:
            missing = chunk.is_null().to_numpy(zero_copy_only=False)
            numbers = pc.fill_null(chunk, 0).to_numpy(zero_copy_only=False).astype("f8")
            if divisor != 1:
                numbers = numbers / divisor
            written = numbers.astype(">f8").view(">u8")
            written[missing] = _NA_REAL[0]
            self._target.write(written.tobytes())
        if attributes:
            _attributes(self._target, attributes)

    def _factor(self, spec: ColumnSpec, values: pa.ChunkedArray) -> None:
        levels = list(spec.levels or ())
        places = pa.array(levels, pa.string())
        self._begin(_INTEGER, has_attributes=True)
        for chunk in values.chunks:
            texts = chunk.cast(pa.string()) if not pa.types.is_string(chunk.type) else chunk
            codes = pc.add(pc.index_in(texts, places).cast(pa.int32()), pa.scalar(1, pa.int32()))
            missing = pc.is_null(texts)
            self._target.write(_integers_of(pc.if_else(missing, pa.scalar(None, pa.int32()), codes)))
        classes = ["ordered", "factor"] if spec.ordered else ["factor"]
        _attributes(self._target, {"levels": _texts(levels), "class": _texts(classes)})

    def _texts(self, values: pa.ChunkedArray) -> None:
        self._begin(_TEXTS, has_attributes=False)
        for chunk in values.chunks:
            encoded = pc.dictionary_encode(chunk.cast(pa.string()))
            texts = encoded.dictionary.to_pylist()
            if any("\0" in each for each in texts):
                raise CommandError(
                    f"Column `{self._name}` holds a text with a NUL character, which R can't keep.",
                    remedy="Take the NUL characters out of the column, and add the rows again.",
                    code=Code.COLUMN_TYPE,
                )
            known = [_text(each) for each in texts]
            codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
            known.append(_NA_TEXT)  # at -1
            self._target.write(b"".join([known[code] for code in codes.tolist()]))


def _integers_of(chunk: pa.Array) -> bytes:
    numbers = pc.fill_null(chunk.cast(pa.int32()), _NA_INTEGER).to_numpy(zero_copy_only=False)
    return bytes(numbers.astype(">i4").tobytes())


def _length(size: int) -> bytes:
    if size <= _LARGEST_INTEGER:
        return struct.pack(">i", size)
    return struct.pack(">iII", -1, size >> 32, size & 0xFFFFFFFF)


def _text(value: str | None) -> bytes:
    if value is None:
        return _NA_TEXT
    encoded = value.encode()
    return struct.pack(">ii", 0x00040009 if value.isascii() else 0x00008009, len(encoded)) + encoded


def _texts(values: Sequence[str]) -> bytes:
    return struct.pack(">ii", _TEXTS, len(values)) + b"".join(map(_text, values))


def _row_names(rows: int) -> bytes:
    if rows <= _LARGEST_INTEGER:
        return struct.pack(">iiii", _INTEGER, 2, _NA_INTEGER, -rows)
    return struct.pack(">ii", _REAL, 2) + _NA_REAL.tobytes() + struct.pack(">d", -rows)


def _attributes(target: BinaryIO, attributes: dict[str, bytes]) -> None:
    target.writelines(struct.pack(">ii", 0x402, 1) + _text(name) + value for name, value in attributes.items())
    target.write(struct.pack(">i", 254))
