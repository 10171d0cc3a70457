"""One tensor of the Open Inference Protocol and the numpy array it holds.

Source: the Open Inference Protocol v2, "Inference Request" and its raw tensor contents.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

DTYPES = {
    "BOOL": "?",
    "UINT8": "<u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "INT8": "<i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
}
"""The numpy dtype of each datatype; BYTES has none and becomes an object array of text."""

_NUMPY: dict[str, np.dtype[Any]] = {datatype: np.dtype(code) for datatype, code in DTYPES.items()}

_MOST_ELEMENTS = 1 << 40
"""Beyond all memory."""
_MOST_DIMENSIONS = 32
"""What every numpy can hold; a column has one or two."""
_LENGTH = struct.Struct("<I")


def integer_limits(datatype: str) -> tuple[int, int] | None:
    """Return the smallest and the largest number of a datatype of integers; None for other datatypes."""
    dtype = _NUMPY.get(datatype)
    if dtype is None or dtype.kind not in "iu":
        return None
    limits = np.iinfo(dtype)
    return int(limits.min), int(limits.max)


def pack(values: np.ndarray, datatype: str) -> bytes:
    """Return the raw contents of a tensor.

    Args:
        values: Any shape; text (object) for BYTES, else anything that casts to the datatype.
        datatype: A datatype of the protocol.
    """
    if datatype != "BYTES":
        return values.astype(_NUMPY[datatype], copy=False).tobytes()
    return b"".join(map(_Element().__getitem__, values.ravel().tolist()))


def unpack(data: bytes | memoryview | np.ndarray, datatype: str, count: int, *, name: str) -> np.ndarray:
    """Read raw contents.

    Args:
        data: The bytes of one tensor.
        datatype: Its datatype.
        count: How many elements its shape says.
        name: The tensor's name, for the message.

    Returns:
        A 1-D array of `count` elements.

    Raises:
        AnOpsError: `TENSOR`: unknown datatype, or bytes that do not make that many elements.
    """
    if datatype == "BYTES":
        return _unpack_text(bytes(data), count, name=name)
    dtype = _dtype(datatype, name=name)
    size = data.nbytes if isinstance(data, np.ndarray) else len(data)
    if size != count * dtype.itemsize:
        raise misfit(name, f"{count * dtype.itemsize} bytes for {count} of {datatype}", f"{size} bytes")
    return np.frombuffer(data, dtype=dtype)


def contiguous(values: np.ndarray, datatype: str) -> np.ndarray:
    """Return numbers or booleans such that their bytes are what `pack()` gives, without a copy where they are so."""
    return np.ascontiguousarray(values, dtype=_NUMPY[datatype])


def pack_bits(mask: np.ndarray) -> bytes:
    """Write a missing mask (1-D, bool) as a bitmap, least significant bit first."""
    return np.packbits(mask, bitorder="little").tobytes()


def unpack_bits(bits: bytes, count: int, *, name: str) -> np.ndarray:
    """Read what `pack_bits` wrote.

    Raises:
        AnOpsError: `TENSOR`: not as many bits as the tensor has elements.
    """
    if len(bits) != (count + 7) // 8:
        raise misfit(name, f"{(count + 7) // 8} bytes of `missing`", f"{len(bits)} bytes")
    return np.unpackbits(np.frombuffer(bits, dtype=np.uint8), count=count, bitorder="little").view(bool)


def count_of(shape: Sequence[int], *, name: str) -> int:
    """Multiply a shape.

    Raises:
        AnOpsError: `TENSOR`: it has too many dimensions, a negative one, or their product is beyond all memory.
    """
    if len(shape) == 1 and 0 <= shape[0] <= _MOST_ELEMENTS:
        return shape[0]
    if len(shape) > _MOST_DIMENSIONS:
        raise misfit(name, "the shape [rows] or [rows, columns]", f"one of {len(shape)} numbers")
    if any(size < 0 for size in shape):
        raise misfit(name, "a shape without negative sizes", str(list(shape)))
    # without the zeros: numpy has no arrays of nothing by beyond all memory
    if math.prod(size for size in shape if size) > _MOST_ELEMENTS:
        raise misfit(name, "a shape that fits into memory", str(list(shape)))
    return math.prod(shape)


def _unpack_text(data: bytes, count: int, *, name: str) -> np.ndarray:
    texts: list[bytes] = []
    position, end = 0, len(data)
    while position < end:
        start = position + 4
        position = start + int.from_bytes(data[position:start], "little")
        texts.append(data[start:position])
    if position != end:
        left = len(texts[-1])
        raise misfit(name, f"an element of {position - end + left} bytes at the end", f"{left} bytes")
    if len(texts) != count:
        raise misfit(name, f"{count} elements", str(len(texts)))
    return _texts(texts, name=name)


def _texts(values: list[bytes], *, name: str) -> np.ndarray:
    result = np.empty(len(values), dtype=object)
    try:
        result[:] = list(map(_Text().__getitem__, values))
    except UnicodeDecodeError as error:
        raise misfit(name, "text in UTF-8", "other bytes") from error
    return result


def element_of(data: bytes) -> bytes:
    """Return a text of BYTES in raw contents, from its bytes."""
    return _LENGTH.pack(len(data)) + data


class _Text(dict[bytes, str]):
    """Texts by their bytes: a column of levels has few different ones."""

    def __missing__(self, data: bytes) -> str:
        text = self[data] = data.decode()
        return text


class _Element(dict[str, bytes]):
    """Elements of raw contents by their texts."""

    def __missing__(self, text: str) -> bytes:
        element = self[text] = element_of(text.encode())
        return element


def _dtype(datatype: str, *, name: str) -> np.dtype[Any]:
    try:
        return _NUMPY[datatype]
    except KeyError:
        raise misfit(name, "a datatype of the protocol, such as FP64 or BYTES", datatype or "none") from None


def misfit(name: str, expected: str, received: str) -> AnOpsError:
    """Return what is said of a tensor that can't be read."""
    return AnOpsError(Code.TENSOR, f"Can't read tensor `{name}`: expected {expected}, received {received}.")
