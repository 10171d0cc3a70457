"""The stream between our own two services: many predictions on one call, each with an answer of its own.

It costs half of what a call for each prediction does. Each message is a serialized ModelInferRequest or
ModelInferResponse; the `id` of the request says which answer is whose. It stands beside the standard's service, which
stays complete, and a server that has it says so with the property `anops.stream` of the model's metadata.
"""

from __future__ import annotations

from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.open_inference_pb2 import ModelInferRequest, ModelInferResponse

SERVICE = "anops.PrivateStream"
METHOD = "Infer"
LARGEST_BYTES = 1 << 20
"""Larger requests take a call of their own: on the stream, others would wait behind them."""

_PROBLEM = "anops.problem"


def refusal(request: bytes, problem: Problem) -> bytes:
    """Write the answer to a request that has none but a problem.

    Args:
        request: The serialized request; it may be anything.
        problem: Why there is no answer.
    """
    try:
        request_id = ModelInferRequest.FromString(request).id
    except ValueError:
        request_id = ""
    response = ModelInferResponse(id=request_id)
    response.parameters[_PROBLEM].string_param = problem.to_bytes().decode()
    return response.SerializeToString()


def raise_refusal(response: ModelInferResponse) -> None:
    """Raise the problem that a response carries, where it carries one.

    Raises:
        AnOpsError: The problem.
    """
    if _PROBLEM in response.parameters:
        raise AnOpsError.of(Problem.from_bytes(response.parameters[_PROBLEM].string_param.encode()))
