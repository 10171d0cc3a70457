"""Problems as gRPC statuses: code and text in the status, the whole as JSON in the trailing metadata."""

from __future__ import annotations

from typing import Any

import grpc

from anops_model_interface.codes import Code
from anops_model_interface.errors import Problem

PROBLEM_KEY = "anops-problem-bin"

_FROM_STATUS = {
    grpc.StatusCode.UNAVAILABLE: Code.NOT_READY,
    grpc.StatusCode.DEADLINE_EXCEEDED: Code.DEADLINE,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Code.QUEUE_FULL,
    grpc.StatusCode.NOT_FOUND: Code.MODEL_NOT_FOUND,
    grpc.StatusCode.INVALID_ARGUMENT: Code.MODEL_REFUSED,
}


def status_of(problem: Problem) -> grpc.StatusCode:
    """Return the gRPC status of a problem."""
    return grpc.StatusCode[problem.code.info.grpc]


def problem_of(error: grpc.RpcError) -> Problem:
    """Read the problem out of a failed call.

    Args:
        error: From any server; one that is not ours has only a status and a text.
    """
    said = problem_within(error)
    if said is not None:
        return said
    code = _FROM_STATUS.get(error.code(), Code.INTERNAL)
    return Problem(code, f"The model-service answered {error.code().name}: {error.details() or 'no details'}")


def problem_within(error: grpc.RpcError) -> Problem | None:
    """Return the problem that one of our own servers has put into a failed call; None where there is none."""
    # every call that failed is a grpc.Call too; the sync and the aio kind differ in the type of the metadata
    trailing: Any = error.trailing_metadata() or ()
    for key, value in trailing:
        if key == PROBLEM_KEY and isinstance(value, bytes):
            try:
                return Problem.from_bytes(value)
            except ValueError:
                return None
    return None
