"""Errors as RFC 9457 problem details, with the codes that all of AnOps has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_http.request_ids import request_id_of

from anops_control_service.json_answers import JsonAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.codes import Code
    from anops_model_interface.errors import Problem

MEDIA_TYPE = "application/problem+json"


class RefusedError(Exception):
    """A request can't be done.

    Attributes:
        told: The problem, as it is answered.
    """

    def __init__(
        self,
        message: str,
        *,
        code: Code,
        remedy: str | None = None,
        details: Sequence[str] = (),
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.told = problem(message, code=code, remedy=remedy, details=details, status=status)


def problem(
    message: str, *, code: Code, remedy: str | None = None, details: Sequence[str] = (), status: int | None = None
) -> dict[str, Any]:
    """Write a problem.

    Args:
        message: What happened.
        code: Its code; title and status follow from it.
        remedy: What fixes it.
        details: Further facts.
        status: Another status than that of the code.
    """
    told: dict[str, Any] = {
        "type": "urn:anops:problem:" + code.lower().replace("_", "-"),
        "title": code.info.title,
        "status": status or code.info.http,
        "code": code.value,
        "detail": message,
    }
    if details:
        told["details"] = list(details)
    if remedy is not None:
        told["remedy"] = remedy
    return told


def of_problem(told: Problem) -> dict[str, Any]:
    """Write a problem that both REST services have."""
    return problem(told.message, code=told.code, remedy=told.remedy)


def answer(
    told: Mapping[str, Any], scope: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> JsonAnswer:
    """Return a problem as an answer.

    Args:
        told: The problem.
        scope: The request, whose id the problem has; None: there is none that came whole.
        headers: Further headers of the answer.
    """
    named = {"request_id": found} if scope is not None and (found := request_id_of(scope)) else {}
    return JsonAnswer({**told, **named}, told["status"], headers=dict(headers or {}), media_type=MEDIA_TYPE)
