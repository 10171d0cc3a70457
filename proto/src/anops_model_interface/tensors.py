"""One tensor of the Open Inference Protocol and the numpy array it holds.

Source: the Open Inference Protocol v2, "Inference Request" and its raw tensor contents.
"""

from __future__ import annotations

import base64
import math
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from anops_model_interface.open_inference.open_inference_pb2 import InferTensorContents

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

_CONTENTS = {
    "BOOL": "bool_contents",
    "UINT8": "uint_contents",
    "UINT16": "uint_contents",
    "UINT32": "uint_contents",
    "UINT64": "uint64_contents",
    "INT8": "int_contents",
    "INT16": "int_contents",
    "INT32": "int_contents",
    "INT64": "int64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}
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


def unpack(data: bytes, datatype: str, count: int, *, name: str) -> np.ndarray:
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
        return _unpack_text(data, count, name=name)
    dtype = _dtype(datatype, name=name)
    if len(data) != count * dtype.itemsize:
        raise _misfit(name, f"{count * dtype.itemsize} bytes for {count} of {datatype}", f"{len(data)} bytes")
    return np.frombuffer(data, dtype=dtype)


def from_contents(contents: InferTensorContents, datatype: str, count: int, *, name: str) -> np.ndarray:
    """Read typed contents: what `unpack` is for raw ones."""
    field = _CONTENTS.get(datatype)
    if field is None:
        raise _misfit(name, "raw contents" if datatype == "FP16" else "a datatype of the protocol", datatype)
    values = getattr(contents, field)
    if len(values) != count:
        raise _misfit(name, f"{count} elements in {field}", str(len(values)))
    if datatype == "BYTES":
        return _texts(list(values), name=name)
    limits = integer_limits(datatype)
    if limits is not None and len(values) and not limits[0] <= min(values) <= max(values) <= limits[1]:
        place = next(i for i, value in enumerate(values) if not limits[0] <= value <= limits[1])
        raise _misfit(name, f"{datatype} from {limits[0]} to {limits[1]}", f"{values[place]} as element {place + 1}")
    return np.array(values, dtype=DTYPES[datatype])


def pack_mask(mask: np.ndarray) -> str:
    """Write a missing mask (1-D, bool) as base64 of a bitmap, least significant bit first."""
    return base64.b64encode(np.packbits(mask, bitorder="little").tobytes()).decode("ascii")


def unpack_mask(text: str, count: int, *, name: str) -> np.ndarray:
    """Read what `pack_mask` wrote.

    Raises:
        AnOpsError: `TENSOR`: not base64, or not as many bits as the tensor has elements.
    """
    try:
        bits = np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8)
    except ValueError as error:
        raise _misfit(name, "the parameter `missing` in base64", "something else") from error
    if bits.size != (count + 7) // 8:
        raise _misfit(name, f"{(count + 7) // 8} bytes of `missing`", f"{bits.size} bytes")
    return np.unpackbits(bits, count=count, bitorder="little").astype(bool)


def count_of(shape: list[int], *, name: str) -> int:
    """Multiply a shape.

    Raises:
        AnOpsError: `TENSOR`: it has too many dimensions, a negative one, or their product is beyond all memory.
    """
    if len(shape) == 1 and 0 <= shape[0] <= _MOST_ELEMENTS:
        return shape[0]
    if len(shape) > _MOST_DIMENSIONS:
        raise _misfit(name, "the shape [rows] or [rows, columns]", f"one of {len(shape)} numbers")
    if any(size < 0 for size in shape):
        raise _misfit(name, "a shape without negative sizes", str(shape))
    # without the zeros: numpy has no arrays of nothing by beyond all memory
    if math.prod(size for size in shape if size) > _MOST_ELEMENTS:
        raise _misfit(name, "a shape that fits into memory", str(shape))
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
        raise _misfit(name, f"an element of {position - end + left} bytes at the end", f"{left} bytes")
    if len(texts) != count:
        raise _misfit(name, f"{count} elements", str(len(texts)))
    return _texts(texts, name=name)


def _texts(values: list[bytes], *, name: str) -> np.ndarray:
    result = np.empty(len(values), dtype=object)
    try:
        result[:] = list(map(_Text().__getitem__, values))
    except UnicodeDecodeError as error:
        raise _misfit(name, "text in UTF-8", "other bytes") from error
    return result


class _Text(dict[bytes, str]):
    """Texts by their bytes: a column of levels has few different ones."""

    def __missing__(self, data: bytes) -> str:
        text = self[data] = data.decode()
        return text


class _Element(dict[str, bytes]):
    """Elements of raw contents by their texts."""

    def __missing__(self, text: str) -> bytes:
        data = text.encode()
        element = self[text] = _LENGTH.pack(len(data)) + data
        return element


def _dtype(datatype: str, *, name: str) -> np.dtype[Any]:
    try:
        return _NUMPY[datatype]
    except KeyError:
        raise _misfit(name, "a datatype of the protocol, such as FP64 or BYTES", datatype or "none") from None


def _misfit(name: str, expected: str, received: str) -> AnOpsError:
    return AnOpsError(Code.TENSOR, f"Can't read tensor `{name}`: expected {expected}, received {received}.")
