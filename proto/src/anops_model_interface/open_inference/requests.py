"""A ModelInferRequest, and a request of our private form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest
from anops_model_interface.open_inference.parameters import parameter_of, value_of
from anops_model_interface.open_inference.tensor_messages import MISSING, add_tensors, tensors_of
from anops_model_interface.requests import Request, RequestHead

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from anops_model_interface.open_inference.open_inference_pb2 import InferParameter

CHECKED = "anops.checked"
"""The request parameter in which our own api-service says against which schema it has checked the rows."""

READS_MISSING = "anops.missing"
"""The request parameter by which a client says that it reads the tensor parameter `missing`."""

_SHARED_MEMORY = "shared_memory_region"
"""The parameter of a tensor that is, or is wanted, in a memory that two programs share: an extension of Triton's."""

_CONTENT_TYPE = "content_type"
"""The parameter by which MLServer's client says how it has written a tensor."""

_CLASSIFICATION = "classification"
"""The parameter of an output that is wanted as texts of its greatest values: another extension of Triton's."""

_ROWS = "rows"
_OTHERS = frozenset(
    {
        "binary_data_output",
        _CONTENT_TYPE,
        "headers",
        "priority",
        "sequence_end",
        "sequence_id",
        "sequence_start",
        "timeout",
        _ROWS,
    }
)
"""Request parameters that are no options: most are sent by other clients on their own account."""


def request_of(message: ModelInferRequest) -> Request:
    """Read a request from any client, whose word on what it has checked does not count.

    Raises:
        AnOpsError: `TENSOR`: a tensor can't be read.
    """
    parameters = message.parameters
    for tensor in message.inputs:
        refuse_extensions(tensor.name, tensor.parameters, _content_type(tensor.parameters))
    for output in message.outputs:
        refuse_extensions(output.name, output.parameters)
    described, buffers = tensors_of(message.inputs, message.raw_input_contents)
    head = RequestHead(
        tensors=described,
        options={name: value_of(parameter) for name, parameter in parameters.items() if is_option(name)},
        model_name=message.model_name,
        model_version=message.model_version,
        request_id=message.id,
        rows=parameters[_ROWS].int64_param if _ROWS in parameters else 0,
        checked=parameters[CHECKED].string_param if CHECKED in parameters else "",
        public=True,
        reads_missing=_reads_missing(message),
        outputs=tuple(output.name for output in message.outputs),
    )
    return Request(head, buffers)


def message_of(request: Request) -> ModelInferRequest:
    """Write a request for a server that is asked over gRPC."""
    request = request.by_column()
    head = request.head
    message = ModelInferRequest(model_name=head.model_name, model_version=head.model_version, id=head.request_id)
    if head.checked:
        message.parameters[CHECKED].string_param = head.checked
    if not head.tensors:
        message.parameters[_ROWS].int64_param = head.rows
    for name, option in head.options.items():
        message.parameters[name].CopyFrom(parameter_of(option))
    for name in head.outputs:
        message.outputs.add(name=name)
    new = (message.inputs.add() for _ in head.tensors)
    add_tensors(new, message.raw_input_contents, head.tensors, request.buffers)
    return message


def packed_request(data: bytes) -> bytes:
    """Turn a serialized ModelInferRequest into our private form.

    Raises:
        AnOpsError: `TENSOR`: it is something else, or a tensor can't be read.
    """
    try:
        message = ModelInferRequest.FromString(data)
    except DecodeError as error:
        raise AnOpsError(Code.TENSOR, "Can't read the request: it is not a ModelInferRequest.") from error
    return request_of(message).to_bytes()


def refuse_extensions(name: str, parameters: Container[str], content_type: object = "") -> None:
    """Refuse what extensions of Triton and MLServer ask of a tensor: it would be answered otherwise than is meant.

    Args:
        name: The tensor's name.
        parameters: Its parameters, by name.
        content_type: What it holds by the word of MLServer's client.

    Raises:
        AnOpsError: `TENSOR`: it is in shared memory, or wanted there or as classes, or holds texts in base64.
    """
    if content_type == "base64":
        raise AnOpsError(
            Code.TENSOR,
            f"Can't read tensor `{shortened(name)}`: its texts are in base64, by its parameter `content_type`.",
            remedy="Send the texts as they are, with MLServer's client by its StringCodec.",
        )
    if _SHARED_MEMORY in parameters:
        raise AnOpsError(
            Code.TENSOR,
            f"Can't use tensor `{shortened(name)}`: it must be in the request or answer, and not in shared memory, "
            "which this server does not support.",
            remedy="Send the values in the request, and ask for the answer's without shared memory.",
        )
    if _CLASSIFICATION in parameters:
        raise AnOpsError(
            Code.TENSOR,
            f"Can't answer with the greatest values of output `{shortened(name)}`: Triton's extension "
            "`classification` is not supported.",
            remedy="Ask for the output without it (class_count in Triton's clients), and choose among its values.",
        )


def is_option(name: str) -> bool:
    """Say whether a parameter of a request is an option of the model, and none of the protocol's or its clients'."""
    return name not in _OTHERS and not name.startswith(("triton_", "anops."))


def _content_type(parameters: Mapping[str, InferParameter]) -> str:
    return parameters[_CONTENT_TYPE].string_param if _CONTENT_TYPE in parameters else ""


def _reads_missing(message: ModelInferRequest) -> bool:
    """Say whether the client reads the tensor parameter `missing` of the answer."""
    if READS_MISSING in message.parameters or CHECKED in message.parameters:
        return True
    return any(MISSING in tensor.parameters for tensor in message.inputs)
