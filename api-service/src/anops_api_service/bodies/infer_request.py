"""A request of the Open Inference Protocol over REST: its head in JSON, and tensors in it or, as bytes, behind it.

Source: KServe, "Open Inference Protocol", REST; Triton, "Binary Tensor Data Extension".
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import msgspec
from anops_model_interface import tensors
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened
from anops_model_interface.open_inference.requests import READS_MISSING, is_option, refuse_extensions
from anops_model_interface.open_inference.tensor_messages import MISSING
from anops_model_interface.packed_frames import Buffer, Tensor, size_of
from anops_model_interface.requests import Request, RequestHead
from anops_model_interface.tensors import count_of, misfit

from anops_api_service.bodies.infer_values import buffer_of
from anops_api_service.bodies.media import without_mark

HEAD_SIZE = "inference-header-content-length"
"""The header that says how long the JSON is, where bytes of tensors follow it."""
SIZE = "binary_data_size"
"""The parameter of a tensor whose bytes are behind the JSON."""
_OPTION = bool | int | float | str | list[bool | int | float | str]


class _Input(msgspec.Struct):
    name: str
    shape: list[int]
    datatype: str
    data: list[Any] | None = None
    parameters: dict[str, Any] | None = None


class _Output(msgspec.Struct):
    name: str
    parameters: dict[str, Any] | None = None


class _Head(msgspec.Struct):
    """What there is beside it, such as the `model_name` of KServe's client, is not read."""

    inputs: list[_Input]
    id: str | None = None
    parameters: dict[str, Any] | None = None
    outputs: list[_Output] | None = None


_DECODER = msgspec.json.Decoder(_Head)


@dataclass(frozen=True, slots=True)
class InferRequest:
    """What was asked.

    Attributes:
        request: The rows and options, in our own form.
        id: The id that comes back; None where none was sent.
        binary: Whether outputs come back as bytes where it is not said of one.
        outputs: Of the outputs of which it is said, whether they do.
    """

    request: Request
    id: str | None
    binary: bool
    outputs: dict[str, bool]

    def as_bytes(self, name: str) -> bool:
        """Say whether an output is wanted as bytes."""
        return self.outputs.get(name, self.binary)


def read(body: bytes, head_size: str, *, model: str, version: str) -> InferRequest:
    """Read a body.

    Args:
        body: All of it.
        head_size: The header `Inference-Header-Content-Length`; empty: there is nothing but JSON.
        model: The name of the model that is asked, for messages.
        version: Its version.

    Raises:
        AnOpsError: `BODY_SYNTAX`, `BODY_SHAPE` or `TENSOR`: it is no such request.
    """
    end = _end_of_head(head_size, len(body))
    head = _head(body[:end])
    parameters = head.parameters or {}
    described: list[Tensor] = []
    buffers: list[Buffer] = []
    for tensor in head.inputs:
        told, buffer, end = _tensor(tensor, body, end)
        described.append(told)
        buffers.append(buffer)
    if end < len(body):
        raise AnOpsError(
            Code.TENSOR,
            f"Can't read the request: {len(body) - end} bytes are left behind the last tensor.",
            remedy=f"Say in `{SIZE}` of each tensor how many bytes it has.",
        )
    outputs = {}
    for output in head.outputs or ():
        refuse_extensions(output.name, output.parameters or {})
        outputs[output.name] = (output.parameters or {}).get("binary_data") is True
    binary = parameters.get("binary_data_output") is True
    for output in head.outputs or ():
        if "binary_data" not in (output.parameters or {}):
            outputs[output.name] = binary
    request_head = RequestHead(
        tensors=tuple(described),
        options={name: _option(name, value) for name, value in parameters.items() if is_option(name)},
        model_name=model,
        model_version=version,
        request_id=head.id or "",
        rows=_rows(parameters.get("rows")),
        public=True,
        reads_missing=READS_MISSING in parameters or any(MISSING in (each.parameters or {}) for each in head.inputs),
        outputs=tuple(outputs),
    )
    return InferRequest(Request(request_head, buffers), head.id, binary, outputs)


def _end_of_head(text: str, size: int) -> int:
    if not text:
        return size
    if not text.isdecimal() or int(text) > size:
        raise AnOpsError(
            Code.BODY_SHAPE,
            f"Can't read the request: `Inference-Header-Content-Length` must be the length of the JSON at its "
            f"beginning, from 0 to {size}, not {text[:40]}.",
        )
    return int(text)


def _head(data: bytes) -> _Head:
    data = without_mark(data)
    try:
        return _DECODER.decode(data)
    except msgspec.ValidationError as error:
        raise _misshapen(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        # Triton's client writes NaN and Infinity, which JSON does not have, and this reads
        return msgspec.convert(json.loads(data), _Head)
    except msgspec.ValidationError as error:
        raise _misshapen(error) from error
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise AnOpsError(
            Code.BODY_SYNTAX,
            f"Can't read the request: it is not JSON{f' ({where})' if where else ''}.",
            remedy="Where tensors follow the JSON as bytes, say in the header Inference-Header-Content-Length how long "
            "the JSON is.",
        ) from error


def _misshapen(error: msgspec.ValidationError) -> AnOpsError:
    return AnOpsError(
        Code.BODY_SHAPE,
        f"Can't read the request: {str(error).rstrip('.')}.",
        remedy='Send it in the form of the Open Inference Protocol: {"inputs": [{"name": "wt", "shape": [2], '
        '"datatype": "FP64", "data": [2.6, 3.1]}]}.',
    )


def _tensor(tensor: _Input, body: bytes, start: int) -> tuple[Tensor, Buffer, int]:
    """Return a tensor, its values, and where the bytes of the next one begin."""
    name, parameters = tensor.name, tensor.parameters or {}
    refuse_extensions(name, parameters, parameters.get("content_type"))
    shape = tuple(tensor.shape)
    count = count_of(shape, name=name)
    missing = _missing(name, parameters)
    if SIZE in parameters:
        size = parameters[SIZE]
        if tensor.data is not None:
            raise misfit(name, f"`data` or `{SIZE}`", "both")
        if type(size) is not int or not 0 <= size <= len(body) - start:
            raise misfit(name, f"a `{SIZE}` of at most the {len(body) - start} bytes that follow", str(size)[:40])
        buffer: Buffer = memoryview(body)[start : start + size]
        start += size
    elif tensor.data is None:
        raise misfit(name, f"`data`, or `{SIZE}` and its bytes behind the JSON", "neither")
    else:
        buffer, absent = buffer_of(tensor.data, tensor.datatype, count, name=name)
        if absent is not None:
            if missing is not None:
                absent |= tensors.unpack_bits(missing, count, name=name)
            missing = tensors.pack_bits(absent)
    return Tensor(name, tensor.datatype, shape, size_of(buffer), missing), buffer, start


def _missing(name: str, parameters: dict[str, Any]) -> bytes | None:
    text = parameters.get(MISSING)
    if text is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise misfit(name, "the parameter `missing` in base64", "something else") from error


def _option(name: str, value: object) -> Any:  # noqa: ANN401  one of several types
    try:
        return msgspec.convert(value, _OPTION)
    except msgspec.ValidationError as error:
        raise AnOpsError(
            Code.OPTION_VALUE,
            f"Can't read option `{shortened(name)}`: a parameter must be a number, a text, true or false, or a list of "
            "those.",
        ) from error


def _rows(value: object) -> int:
    return value if type(value) is int else 0
