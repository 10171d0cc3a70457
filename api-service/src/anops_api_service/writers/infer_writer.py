"""Answers of the Open Inference Protocol over REST: JSON, and behind it the tensors that are wanted as bytes."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.asked_outputs import asked_outputs
from anops_model_interface.open_inference.metadata import DIGEST
from anops_model_interface.open_inference.tensor_messages import MISSING
from anops_model_interface.packed_frames import tensor_of
from anops_model_interface.visible_gaps import with_visible_gaps

from anops_api_service.answer_json import json_values
from anops_api_service.bodies.infer_request import HEAD_SIZE, SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.columns import Column
    from anops_model_interface.schema import ColumnSpec

    from anops_api_service.bodies.infer_request import InferRequest
    from anops_api_service.identity import Header
    from anops_api_service.model_answer import ModelAnswer

_JSON = b"application/json"
_BYTES = b"application/octet-stream"
_PIECE_ROWS = 1 << 14


@dataclass(frozen=True, slots=True)
class InferAnswer:
    """An answer.

    Attributes:
        headers: Its headers, but for its length.
        content: Its body.
    """

    headers: list[Header]
    content: bytes


def write(answered: ModelAnswer, asked: InferRequest, declared: Mapping[str, ColumnSpec]) -> InferAnswer:
    """Write an answer.

    Args:
        answered: What the model gave.
        asked: What was asked: which outputs, in which form.
        declared: The outputs that answers of the model may have.

    Raises:
        AnOpsError: `TENSOR`: an output was asked for that the answer does not have.
    """
    head = asked.request.head
    frame = answered.frame if head.reads_missing else with_visible_gaps(answered.frame)
    wanted = asked_outputs(frame.names(), head.outputs, declared)
    written = [_output(frame[name], frame.rows, asked) for name in wanted]
    outputs, buffers = [each for each, _ in written], [each for _, each in written if each is not None]
    parameters: dict[str, Any] = {DIGEST: answered.model.digest} if answered.model.digest else {}
    if answered.warnings:
        parameters["warnings"] = msgspec.json.encode(answered.warnings).decode()
    told: dict[str, Any] = {"model_name": answered.model.name, "model_version": answered.model.version}
    if asked.id is not None:
        told["id"] = asked.id
    if parameters:
        told["parameters"] = parameters
    content = msgspec.json.encode({**told, "outputs": outputs})
    if not buffers:
        return InferAnswer([(b"content-type", _JSON)], content)
    size = str(len(content)).encode()
    return InferAnswer([(b"content-type", _BYTES), (HEAD_SIZE.encode(), size)], b"".join([content, *buffers]))


def _output(column: Column, rows: int, asked: InferRequest) -> tuple[dict[str, Any], bytes | None]:
    """Return an output as JSON, and its bytes where it is wanted so."""
    tensor, buffer = tensor_of(column, rows, coded=False)
    told: dict[str, Any] = {"name": tensor.name, "shape": tensor.shape, "datatype": tensor.datatype}
    parameters: dict[str, Any] = {}
    if asked.request.head.reads_missing and tensor.missing is not None:
        parameters[MISSING] = base64.b64encode(tensor.missing).decode()
    if asked.as_bytes(column.name):
        told["parameters"] = {**parameters, SIZE: tensor.size}
        return told, bytes(buffer)
    if parameters:
        told["parameters"] = parameters
    told["data"] = _values(column, rows)
    return told, None


def _values(column: Column, rows: int) -> msgspec.Raw:
    """Write values a piece at a time: the encoder holds Python's lock, and health is to be answered meanwhile."""
    pieces = (column.take(start, start + _PIECE_ROWS) for start in range(0, rows, _PIECE_ROWS))
    return msgspec.Raw(b"[%s]" % b",".join(msgspec.json.encode(json_values(piece))[1:-1] for piece in pieces))
