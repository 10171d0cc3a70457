"""The tensors of a ModelInferRequest or ModelInferResponse, and those of our private form.

Raw contents go from one to the other as they are; typed ones become raw.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.packed_frames import Buffer, Tensor, size_of
from anops_model_interface.tensors import DTYPES, count_of, element_of, integer_limits, misfit

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableSequence, Sequence

    from anops_model_interface.open_inference.open_inference_pb2 import (
        InferTensorContents,
        ModelInferRequest,
        ModelInferResponse,
    )

    AnyTensor = ModelInferRequest.InferInputTensor | ModelInferResponse.InferOutputTensor

MISSING = "missing"
"""The tensor's parameter that says what is missing: a bitmap in base64, least significant bit first."""

TEXTS = "anops.texts"
"""The tensor's parameter that holds the different texts of a coded column, a list in JSON."""

_TYPED = {
    "BOOL": ("bool_contents", "?"),
    "UINT8": ("uint_contents", "<u4"),
    "UINT16": ("uint_contents", "<u4"),
    "UINT32": ("uint_contents", "<u4"),
    "UINT64": ("uint64_contents", "<u8"),
    "INT8": ("int_contents", "<i4"),
    "INT16": ("int_contents", "<i4"),
    "INT32": ("int_contents", "<i4"),
    "INT64": ("int64_contents", "<i8"),
    "FP32": ("fp32_contents", "<f4"),
    "FP64": ("fp64_contents", "<f8"),
    "BYTES": ("bytes_contents", ""),
}
"""The field for each datatype, and how wide its numbers are there."""

_AT_ONCE = 1 << 15
"""So many typed elements are read before other threads may run."""


def tensors_of(sent: Iterable[AnyTensor], raw: Sequence[bytes]) -> tuple[tuple[Tensor, ...], list[Buffer]]:
    """Read the tensors of a message into our form.

    Args:
        sent: The tensors.
        raw: The message's raw contents; empty: the tensors hold typed ones.

    Raises:
        AnOpsError: `TENSOR`: one can't be read.
    """
    tensors_sent = list(sent)
    if raw and len(raw) != len(tensors_sent):
        raise AnOpsError(
            Code.TENSOR, f"Can't read the tensors: expected {len(tensors_sent)} raw contents, received {len(raw)}."
        )
    described: list[Tensor] = []
    buffers: list[Buffer] = []
    for i, tensor in enumerate(tensors_sent):
        name, shape, datatype = tensor.name, tuple(tensor.shape), tensor.datatype
        if raw and tensor.HasField("contents") and tensor.contents.ByteSize():
            raise AnOpsError(Code.TENSOR, f"Can't read tensor `{name}`: it has raw and typed contents.")
        buffer: Buffer = raw[i] if raw else _typed(tensor.contents, datatype, count_of(shape, name=name), name=name)
        missing, texts = _parameters(tensor) if tensor.parameters else (None, None)  # most have none
        described.append(Tensor(name, datatype, shape, size_of(buffer), missing, texts))
        buffers.append(buffer)
    return tuple(described), buffers


def add_tensors(
    target: Iterable[AnyTensor], raw: MutableSequence[bytes], described: Sequence[Tensor], buffers: Sequence[Buffer]
) -> None:
    """Write tensors of our form into a message.

    Args:
        target: New tensors of the message, as many as there are.
        raw: The message's raw contents.
        described: The tensors.
        buffers: Their values.
    """
    for message, tensor, buffer in zip(target, described, buffers, strict=True):
        message.name, message.datatype = tensor.name, tensor.datatype
        message.shape.extend(tensor.shape)
        if tensor.missing is not None:
            message.parameters[MISSING].string_param = base64.b64encode(tensor.missing).decode("ascii")
        if tensor.texts is not None:
            message.parameters[TEXTS].string_param = msgspec.json.encode(tensor.texts).decode()
        raw.append(bytes(buffer))


def _parameters(tensor: AnyTensor) -> tuple[bytes | None, tuple[str, ...] | None]:
    missing: bytes | None = None
    texts: tuple[str, ...] | None = None
    if TEXTS in tensor.parameters:
        try:
            texts = msgspec.json.decode(tensor.parameters[TEXTS].string_param, type=tuple[str, ...])
        except msgspec.MsgspecError as error:
            raise AnOpsError(
                Code.TENSOR, f"Can't read tensor `{tensor.name}`: its {TEXTS} are not a list of texts."
            ) from error
    if MISSING in tensor.parameters:
        try:
            missing = base64.b64decode(tensor.parameters[MISSING].string_param, validate=True)
        except ValueError as error:
            raise misfit(tensor.name, "the parameter `missing` in base64", "something else") from error
    return missing, texts


def _typed(contents: InferTensorContents, datatype: str, count: int, *, name: str) -> Buffer:
    """Write typed contents as raw ones."""
    if datatype not in _TYPED:
        raise misfit(name, "raw contents" if datatype == "FP16" else "a datatype of the protocol", datatype)
    field, width = _TYPED[datatype]
    values: Sequence[int] = getattr(contents, field)
    if len(values) != count:
        raise misfit(name, f"{count} elements in {field}", str(len(values)))
    if datatype == "BYTES":
        return _texts(contents.bytes_contents)
    numbers = np.empty(count, dtype=width)
    for start in range(0, count, _AT_ONCE):
        numbers[start : start + _AT_ONCE] = values[start : start + _AT_ONCE]
    limits = integer_limits(datatype)
    if limits is not None and numbers.dtype != DTYPES[datatype]:
        beyond = (numbers < limits[0]) | (numbers > limits[1])
        if beyond.any():
            place = int(beyond.argmax())
            received = f"{numbers[place]} as element {place + 1}"
            raise misfit(name, f"{datatype} from {limits[0]} to {limits[1]}", received)
    return numbers.astype(DTYPES[datatype], copy=False)


def _texts(values: Sequence[bytes]) -> bytes:
    elements = _Elements()
    parts = [
        b"".join(map(elements.__getitem__, values[start : start + _AT_ONCE]))
        for start in range(0, len(values), _AT_ONCE)
    ]
    return b"".join(parts)


class _Elements(dict[bytes, bytes]):
    """Elements of raw contents by what is in them: a column of levels has few different ones."""

    def __missing__(self, data: bytes) -> bytes:
        element = self[data] = element_of(data)
        return element
