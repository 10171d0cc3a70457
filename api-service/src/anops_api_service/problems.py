"""Errors as RFC 9457 problem details: the one form in which anything that goes wrong is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import MOST_NAME, AnOpsError, shortened
from anops_model_interface.unicode_texts import to_json

from anops_api_service.api_version import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.errors import Problem

    from anops_api_service.identity import Identity

MEDIA_TYPE = "application/problem+json"
INVOCATIONS = "/invocations"
"""How the paths end that clients of MLflow ask; they look for `error_code` and `message`."""
TYPE_PREFIX = "urn:anops:problem:"
"""The `type` of a problem is this and its code: an identifier, nothing to fetch."""

_BASIC = ', Basic realm="Any name, and your key as the password", charset="UTF-8"'

_RETRY_AFTER = "1"
"""Seconds after which a request that may do in a moment is worth another try."""


def led(error: AnOpsError, lead: str) -> AnOpsError:
    """Return an error that says what can't be done here: readers of bodies speak of predictions.

    Args:
        error: The error; one whose message is whole stays as it is.
        lead: What can't be done, as `Problem.lead` has it.
    """
    if error.problem.lead is None or not error.problem.faults:
        return error
    return AnOpsError.of(replace(error.problem, message="", lead=lead))


def status_of(problem: Problem) -> int:
    """Return the HTTP status of a problem."""
    return problem.code.info.http


def details_of(problem: Problem, *, instance: str, request_id: str, model: Identity | None = None) -> dict[str, Any]:
    """Write a problem as RFC 9457 says, with our own members beside the standard ones.

    Args:
        problem: What went wrong.
        instance: The path of the request.
        request_id: The request's id.
        model: The model that was asked, where that is known.
    """
    info = problem.code.info
    details: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.code.lower().replace("_", "-"),
        "title": info.title,
        "status": info.http,
        "detail": problem.message,
        "instance": shortened(instance, MOST_NAME),
        "code": str(problem.code),
        "errors": [
            {
                key: value
                for key, value in (
                    ("code", str(fault.code)),
                    ("message", fault.message),
                    ("column", fault.column),
                    ("row", fault.row),
                    ("expected", fault.expected),
                    ("received", fault.received),
                )
                if value is not None
            }
            for fault in problem.faults
        ],
        "more": problem.more,
        "remedy": problem.remedy,
        "call": problem.call,
        "model": None if model is None else model.member,
        "api_version": API_VERSION,
        "request_id": request_id,
    }
    return {key: value for key, value in details.items() if value is not None}


def body_of(problem: Problem, *, instance: str, request_id: str, model: Identity | None = None) -> bytes:
    """Return the problem details as JSON, with the members beside them that clients of other servers look at."""
    details = details_of(problem, instance=instance, request_id=request_id, model=model)
    said = " ".join(filter(None, (problem.message, problem.remedy)))
    if is_open_inference(instance):
        details = {"error": said, **details}
    elif instance.endswith(INVOCATIONS):
        kind = "INTERNAL_ERROR" if status_of(problem) >= 500 else "BAD_REQUEST"
        details = {"error_code": kind, "message": said, **details}
    return to_json(details)


def is_open_inference(path: str) -> bool:
    """Say whether a path is one of the Open Inference Protocol, whose clients look for the member `error`."""
    return path == "/v2" or path.startswith("/v2/")


def headers_of(problem: Problem, *, instance: str = "", is_page: bool = False) -> Mapping[str, str]:
    """Return the headers that go with a problem.

    Args:
        problem: What went wrong.
        instance: The path of the request.
        is_page: Whether a person may have asked, with a browser that could ask them for their key.
    """
    headers = {"content-type": "application/json" if is_open_inference(instance) else MEDIA_TYPE}
    if problem.code.info.passes:
        headers["retry-after"] = _RETRY_AFTER
    if problem.code is Code.UNAUTHENTICATED:
        headers["www-authenticate"] = f"Bearer{_BASIC if is_page else ''}"
    return headers
