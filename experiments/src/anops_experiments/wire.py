"""The answers of workers: a head of text and columns as bytes, the same from R and from Python."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from anops_experiments.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_experiments.results import Value

SIZES = struct.Struct("<II")
_NA_REAL = 1954
"""The low word of R's NA among the numbers that are none: arithmetic.c of R."""
_NA_INTEGER = -(2**31)
_DOUBLE, _INTEGER = struct.Struct("<d"), struct.Struct("<i")
_UNESCAPED = {"\\": "\\", "t": "\t", "n": "\n"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a worker as it came.

    Attributes:
        head: The text.
        body: The columns.
    """

    head: bytes
    body: bytes

    @property
    def first(self) -> list[str]:
        """The fields of the first line: what it is, which task, how long it took, when it began."""
        return _fields(self.head.partition(b"\n")[0].decode(errors="replace"))

    @property
    def ok(self) -> bool:
        """Whether it has a result."""
        return self.head.startswith(b"ok\t")

    def failure(self) -> Failure:
        """Return what it says of an error."""
        lines = self.head.decode(errors="replace").split("\n")[1:]
        told = {line[0]: line[1:] for line in map(_fields, lines)}
        message, where, trace = (told[name][0] for name in ("message", "where", "trace"))
        there = tuple(told["there"]) if "there" in told else None
        return Failure("error", message, where or None, trace or None, there)

    def outputs(self) -> tuple[dict[str, Value], dict[str, pa.Table]]:
        """Return scalars and tables."""
        scalars: dict[str, Value] = {}
        tables: dict[str, dict[str, pa.Array]] = {}
        at = 0
        for line in self.head.decode().split("\n")[1:]:
            kind, name, column, letter, count = _fields(line)
            if kind == "S" and (simple := _NUMBERS.get(letter)) is not None:
                scalars[name], at = simple(self.body, at)
                continue
            array, at = _array(letter, self.body, at, int(count))
            if kind == "S":
                value = array[0].as_py()
                # a day or a time is told as text, as Python's are
                scalars[name] = value.isoformat() if isinstance(value, date) else value
            else:
                tables.setdefault(name, {})[column] = array
        return scalars, {name: pa.table(columns) for name, columns in tables.items()}


def _fields(line: str) -> list[str]:
    if "\\" not in line:
        return line.split("\t")
    made = []
    for field in line.split("\t"):
        parts, at = [], 0
        while (found := field.find("\\", at)) >= 0:
            parts += [field[at:found], _UNESCAPED[field[found + 1]]]
            at = found + 2
        made.append("".join([*parts, field[at:]]))
    return made


def _double(body: bytes, at: int) -> tuple[float | None, int]:
    (value,) = _DOUBLE.unpack_from(body, at)
    is_missing = value != value and int.from_bytes(body[at : at + 4], "little") == _NA_REAL  # noqa: PLR0124  NaN
    return (None if is_missing else value), at + 8


def _masked(number: struct.Struct, body: bytes, at: int) -> tuple[Any, int]:
    value, is_missing = number.unpack_from(body, at)
    return (None if is_missing else value), at + 9


def _whole(body: bytes, at: int) -> tuple[int | None, int]:
    (value,) = _INTEGER.unpack_from(body, at)
    return (None if value == _NA_INTEGER else value), at + 4


# a number alone: Arrow would take ten times as long
_NUMBERS: dict[str, Callable[[bytes, int], tuple[Any, int]]] = {
    "d": _double,
    "f": partial(_masked, struct.Struct("<d?")),
    "q": partial(_masked, struct.Struct("<q?")),
    "i": _whole,
}


def _array(letter: str, body: bytes, at: int, count: int) -> tuple[Any, int]:  # noqa: PLR0911  a case each
    """Return a column and where the next one begins."""
    if letter == "s":
        return _texts(body, at, count)
    if letter == "l":
        read = np.frombuffer(body, np.uint8, count, at)
        return pa.array(read == 1, mask=read == 2), at + count
    if letter == "i":
        whole = np.frombuffer(body, "<i4", count, at)
        return pa.array(whole, mask=whole == _NA_INTEGER), at + 4 * count
    if letter in "qf":
        numbers = np.frombuffer(body, "<i8" if letter == "q" else "<f8", count, at)
        return pa.array(numbers, mask=np.frombuffer(body, bool, count, at + 8 * count)), at + 9 * count
    doubles = np.frombuffer(body, "<f8", count, at)
    missing = np.isnan(doubles)
    if letter == "d":
        missing &= (doubles.view(np.uint64) & 0xFFFFFFFF) == _NA_REAL
        return pa.array(doubles, mask=missing), at + 8 * count
    filled = np.where(missing, 0.0, doubles)
    if letter == "D":
        days = np.floor(filled).astype(np.int32)
        return pa.array(days, mask=missing).cast(pa.date32()), at + 8 * count
    stamps = np.round(filled * 1e6).astype(np.int64)
    return pa.array(stamps, mask=missing).cast(pa.timestamp("us", tz="UTC")), at + 8 * count


def _texts(body: bytes, at: int, count: int) -> tuple[Any, int]:
    sizes = np.frombuffer(body, "<i4", count, at)
    at += 4 * count
    texts: list[str | None] = []
    for size in sizes.tolist():
        texts.append(None if size < 0 else body[at : at + size].decode())
        at += max(size, 0)
    return pa.array(texts, pa.string()), at
