"""A ModelInferResponse, and an answer of our private form."""

from __future__ import annotations

import msgspec
from google.protobuf.message import DecodeError

from anops_model_interface.answers import Answer, AnswerHead, unreadable
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Warn
from anops_model_interface.open_inference.metadata import DIGEST
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferResponse
from anops_model_interface.open_inference.tensor_messages import add_tensors, tensors_of

_WARNINGS = "warnings"


def answer_of(message: ModelInferResponse) -> Answer:
    """Read an answer from any server.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: a part of it can't be read.
    """
    parameters = message.parameters
    try:
        described, buffers = tensors_of(message.outputs, message.raw_output_contents)
        warnings: tuple[Warn, ...] = ()
        if _WARNINGS in parameters:
            warnings = msgspec.json.decode(parameters[_WARNINGS].string_param, type=tuple[Warn, ...])
    except (AnOpsError, msgspec.MsgspecError) as error:
        raise unreadable(error) from error
    digest = parameters[DIGEST].string_param if DIGEST in parameters else ""
    head = AnswerHead(described, message.model_name, message.model_version, digest, message.id, warnings)
    return Answer(head, buffers)


def answer_in(data: bytes) -> Answer:
    """Read a serialized ModelInferResponse from any server.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: it is something else, or a part of it can't be read.
    """
    try:
        return answer_of(ModelInferResponse.FromString(data))
    except DecodeError as error:
        raise AnOpsError(Code.MODEL_OUTPUT, "Can't read the model's answer: it is not a ModelInferResponse.") from error


def message_of(answer: Answer) -> ModelInferResponse:
    """Write an answer for a client that asks over gRPC."""
    head = answer.head
    message = ModelInferResponse(model_name=head.model_name, model_version=head.model_version, id=head.request_id)
    if head.model_digest:
        message.parameters[DIGEST].string_param = head.model_digest
    if head.warnings:
        message.parameters[_WARNINGS].string_param = msgspec.json.encode(head.warnings).decode()
    new = (message.outputs.add() for _ in head.tensors)
    add_tensors(new, message.raw_output_contents, head.tensors, answer.buffers)
    return message


def serialized_answer(packed: bytes) -> bytes:
    """Turn an answer in our private form into a serialized ModelInferResponse.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: it is something else.
    """
    return message_of(Answer.from_bytes(packed)).SerializeToString()
