"""The private form of requests and answers: a head in MessagePack, and behind it the values as they are in memory.

It is what our own processes say to each other, on the private stream and in the pipes of the workers. Numbers are read
where they stand, without a copy. For other people's clients there is the Open Inference Protocol, in `open_inference`.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec
import numpy as np

from anops_model_interface import tensors
from anops_model_interface.coded_texts import DATATYPE, CodedTexts, texts_at
from anops_model_interface.coded_texts import code as coded_form
from anops_model_interface.codes import Code
from anops_model_interface.datatypes import DATATYPES
from anops_model_interface.errors import AnOpsError
from anops_model_interface.named_arrays import NamedArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.columns import Column

Buffer = bytes | memoryview | np.ndarray
"""The bytes of a tensor's values; an array is contiguous."""

_PREFIX = struct.Struct("<II")
"""At the beginning: what it is, and how many bytes its head has."""

_ALIGNED = 8
"""The head and each buffer begin at a multiple of so many bytes, which is quicker for arrays of 64 bits."""
_PADDING = [bytes(-size % _ALIGNED) for size in range(_ALIGNED)]


class Tensor(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What there is to know of a tensor but its values.

    Attributes:
        name: Its name, mostly a column's.
        datatype: Its datatype, one of the protocol's.
        shape: Its shape.
        size: How many bytes its values have.
        missing: A bitmap of what is missing, least significant bit first; None: nothing is.
        texts: The different texts of a coded column, in which its values are places; None: it is none.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]
    size: int
    missing: bytes | None = None
    texts: tuple[str, ...] | None = None


class Head(Protocol):
    """What a message begins with."""

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """The tensors whose values follow, in their order."""


HeadT = TypeVar("HeadT", bound=Head)


def tensor_of(column: Column, rows: int, *, coded: bool) -> tuple[Tensor, Buffer]:
    """Describe a column, and return its values.

    Args:
        column: The column.
        rows: How many rows it has.
        coded: Whether the other end knows coded texts.
    """
    values, texts = column.values, None
    datatype = DATATYPES.get(column.type, "BYTES")
    if coded and datatype == "BYTES" and (found := coded_form(column.values, column.coded)) is not None:
        values, texts, datatype = found.places, found.different, DATATYPE
    mask = column.missing
    missing = tensors.pack_bits(mask) if mask is not None and mask.any() else None
    buffer = tensors.pack(values, datatype) if datatype == "BYTES" else tensors.contiguous(values, datatype)
    return Tensor(column.name, datatype, (rows,), size_of(buffer), missing, texts), buffer


def arrays_of(described: Sequence[Tensor], buffers: Sequence[Buffer]) -> list[NamedArray]:
    """Read tensors.

    Args:
        described: What they are.
        buffers: Their values.

    Raises:
        AnOpsError: `TENSOR`: one can't be read, or appears twice.
    """
    arrays: list[NamedArray] = []
    for tensor, buffer in zip(described, buffers, strict=True):
        name, shape = tensor.name, tensor.shape
        values, missing = values_of(tensor, buffer, tensors.count_of(shape, name=name))
        if len(shape) != 1:
            arrays.append(NamedArray(name, values.reshape(shape), missing))
        elif tensor.texts is None:
            arrays.append(NamedArray(name, values, missing))
        else:
            places = tensors.unpack(buffer, tensor.datatype, len(values), name=name)
            arrays.append(NamedArray(name, values, missing, CodedTexts(places, tensor.texts)))
    names = [array.name for array in arrays]
    for name in names if len(set(names)) < len(names) else ():
        if names.count(name) > 1:
            raise AnOpsError(Code.TENSOR, f"Can't read the tensors: `{name}` appears twice.")
    return arrays


def values_of(tensor: Tensor, buffer: Buffer, count: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Read the values of a tensor (1-D), and which of them are missing (1-D, bool, or None).

    Args:
        tensor: What it is.
        buffer: Its values.
        count: How many its shape says.

    Raises:
        AnOpsError: `TENSOR`: it can't be read.
    """
    values = tensors.unpack(buffer, tensor.datatype, count, name=tensor.name)
    if tensor.texts is not None:
        values = texts_at(values, tensor.texts, name=tensor.name)
    missing = tensor.missing
    return values, None if missing is None else tensors.unpack_bits(missing, count, name=tensor.name)


def join(kind: int, head: bytes, described: Sequence[Tensor], buffers: Sequence[Buffer]) -> bytes:
    """Write a message.

    Args:
        kind: What it is; `split()` must be told the same.
        head: Its head, encoded.
        described: The tensors.
        buffers: Their values.
    """
    parts: list[Any] = [_PREFIX.pack(kind, len(head)), head, _PADDING[len(head) % _ALIGNED]]
    for tensor, buffer in zip(described, buffers, strict=True):
        parts.append(buffer)
        if tensor.size % _ALIGNED:
            parts.append(_PADDING[tensor.size % _ALIGNED])
    return b"".join(parts)


def split(
    data: bytes, kind: int, decoder: msgspec.msgpack.Decoder[HeadT], *, what: str, code: Code
) -> tuple[HeadT, list[Buffer]]:
    """Read what `join()` wrote; the buffers are places in it.

    Args:
        data: The message.
        kind: What it must be.
        decoder: Of its head.
        what: What it is, for the message: "the request".
        code: What is wrong where it is something else.

    Raises:
        AnOpsError: It is something else.
    """
    end = _PREFIX.size
    if len(data) >= end:
        found, length = _PREFIX.unpack_from(data)
        end += length
    if len(data) < end or len(data) % _ALIGNED or found != kind:
        raise _unreadable(what, code)
    view = memoryview(data)
    try:
        head = decoder.decode(view[_PREFIX.size : end])
    except ValueError as error:  # a MsgspecError, or a text that is no UTF-8
        raise _unreadable(what, code) from error
    at = end + -end % _ALIGNED
    buffers: list[Buffer] = []
    for tensor in head.tensors:
        size = tensor.size
        stop = at + size
        if size < 0 or stop > len(data):
            raise _unreadable(what, code)
        buffers.append(view[at:stop])
        at = stop + -stop % _ALIGNED
    if at != len(data):
        raise _unreadable(what, code)
    return head, buffers


def size_of(buffer: Buffer) -> int:
    """Return how many bytes a buffer has."""
    return len(buffer) if isinstance(buffer, bytes) else buffer.nbytes


def _unreadable(what: str, code: Code) -> AnOpsError:
    return AnOpsError(
        code,
        f"Can't read {what}: it is not in the form that this version of AnOps has for it.",
        remedy="Run the api-service and the model-service in the same version.",
    )
