"""The metadata of a model as servers of all makes write it, read all the same.

MLServer has `parameters` (a map of InferParameter) in field 6 of ModelMetadataResponse, where the protocol has
`properties` (a map of text). On the wire both are maps with keys of text, but for its values.

Source: MLServer 1.7.1, proto/dataplane.proto; the wire format of Protocol Buffers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.open_inference.open_inference_pb2 import InferParameter, ModelMetadataResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROPERTIES = 6
_PARAMETERS = {0x08: "bool_param", 0x10: "int64_param", 0x1A: "string_param"}
"""How an InferParameter of MLServer begins: no text does so."""
_FIXED = {1: 8, 5: 4}


def metadata_of_bytes(data: bytes) -> ModelMetadataResponse:
    """Read the answer to ModelMetadata.

    Raises:
        AnOpsError: `NOT_READY`: it is none.
    """
    try:
        entries = list(_fields(data))
        plain = b"".join(whole for number, whole, _ in entries if number != _PROPERTIES)
        response = ModelMetadataResponse.FromString(plain)
        for number, _, content in entries:
            if number == _PROPERTIES:
                parts = {place: value for place, _, value in _fields(content)}
                response.properties[parts.get(1, b"").decode()] = _text(parts.get(2, b""))
    except (DecodeError, ValueError, IndexError) as error:
        raise AnOpsError(
            Code.NOT_READY,
            "Can't use the model: what its server says of it (ModelMetadata) is not a message of the Open Inference "
            "Protocol.",
            remedy="Ask the server with another client of the protocol; or see whether its address is the right one.",
        ) from error
    return response


def _text(value: bytes) -> str:
    if value and value[0] in _PARAMETERS:
        try:
            parameter = InferParameter.FromString(value)
        except DecodeError:
            return value.decode()
        chosen = getattr(parameter, _PARAMETERS[value[0]])
        return str(chosen).lower() if isinstance(chosen, bool) else str(chosen)
    return value.decode()


def _fields(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the fields of a message: number, the whole field as it stands there, and its content."""
    at = 0
    while at < len(data):
        start = at
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            _, end = _varint(data, at)
        elif kind == 2:
            size, at = _varint(data, at)
            end = at + size
        else:
            end = at + _FIXED[kind] if kind in _FIXED else len(data) + 1
        if end > len(data):
            raise ValueError("a field is longer than the message")
        yield key >> 3, data[start:end], data[at:end]
        at = end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7
