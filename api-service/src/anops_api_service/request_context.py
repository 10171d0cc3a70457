"""What goes with every request: its id, its line in the log, and a problem where it fails."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anops_http.access.layer import CALLER
from anops_http.request_ids import HEADER, identify, request_id_of
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.quiet_log import places

from anops_api_service.api_version import API_VERSION
from anops_api_service.bodies.media import ClientGone
from anops_api_service.call_trace import CALL_TRACE, TRACE, Ended, PassedOn, trace_headers
from anops_api_service.facts import FACTS
from anops_api_service.logs import RequestLog, clean, log
from anops_api_service.problems import body_of, headers_of, status_of
from anops_api_service.request_line import RequestLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from anops_api_service.bodies.upload import Upload
    from anops_api_service.facts import Facts
    from anops_api_service.identity import Identity
    from anops_api_service.observing.measurements import Measurements
    from anops_api_service.observing.traces import RequestTrace, Traces
    from anops_api_service.prediction_log import PredictionLog

_HEALTH = "/health/"
_OUR_FAULT = 500
"""From this status on, not the caller's."""
ALLOW = "anops.allow"
"""Where a refusal of a method leaves those that the path takes."""
CLIENT_LEFT = "CLIENT_LEFT"
"""Beside the codes of problems: who asked did not wait for the answer."""
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_API_VERSION = (b"anops-api-version", API_VERSION.encode())
HEADERS = "anops.headers"
"""Where a layer leaves headers for the answer, whatever that will be."""
UPLOAD = "anops.upload"
"""Where an endpoint leaves a body that may not have come whole yet."""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The outermost layer: nothing gets past it but an answer.

    Attributes:
        app: The application.
        requests: Takes a line for each.
        measurements: Counts each; None: nobody wants it.
        traces: Tells a collector of each; None: nobody wants it.
        prediction_log: Keeps which of them a model could not answer; None: nobody wants it.
    """

    app: ASGIApp
    requests: RequestLog = field(default_factory=RequestLog)
    measurements: Measurements | None = None
    traces: Traces | None = None
    prediction_log: PredictionLog | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = identify(scope, headers)
        trace = self._begin_trace(scope, headers)
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                more = scope.get(HEADERS, ())
                message["headers"] = [
                    *message.get("headers", ()),
                    (HEADER, request_id.encode()),
                    _NO_SNIFFING,
                    _API_VERSION,
                    *(model.headers if (model := _model_of(scope)) is not None else ()),
                    *more,
                ]
            await send(message)

        code, problem = "", None
        try:
            await self.app(scope, receive, send_with_id)
        except ClientGone:
            code = CLIENT_LEFT
        except Exception as error:  # noqa: BLE001  the last resort: whatever it is, the caller gets an answer
            problem = _problem_of(error, request_id)
            code = problem.code
            if not status:
                await respond(problem, scope, send_with_id, unread=scope.get(UPLOAD))
        ended = Ended(request_id, status, code, time.perf_counter() - started)
        trace_id = trace.end(ended, scope.get(FACTS)) if trace is not None else ""
        self._tell(scope, ended, trace_id, problem)

    def _begin_trace(self, scope: Scope, headers: Mapping[bytes, bytes]) -> RequestTrace | None:
        """Know which trace a request belongs to, as the model's server will be told."""
        # who asks every second whether all is well would bury the rest; a change of it has a line of its own
        if self.traces is not None and not scope["path"].startswith(_HEALTH):
            trace = self.traces.begin(scope)
            CALL_TRACE.set(trace)
            return trace
        named = trace_headers(headers)
        if named or CALL_TRACE.get() is not None:
            CALL_TRACE.set(PassedOn(named) if named else None)
        return None

    def _tell(self, scope: Scope, ended: Ended, trace_id: str, problem: Problem | None) -> None:
        """Count a request that is over, and tell of it."""
        request_id, status, code, seconds = ended.request_id, ended.status, ended.code, ended.seconds
        facts: Facts | None = scope.get(FACTS)
        if self.measurements is not None:
            self.measurements.requests.add(scope["path"], status, code, seconds, facts)
            if problem is not None and facts is not None:
                self.measurements.refused(facts.asked, problem)
        if self.prediction_log is not None and problem is not None and status >= _OUR_FAULT:
            model = None if facts is None or facts.asked is None else facts.asked.identity
            if facts is not None and model is not None:
                self.prediction_log.note_failure(request_id, model, code, unit=facts.unit)
        if log.isEnabledFor(logging.DEBUG if scope["path"].startswith(_HEALTH) else logging.INFO):
            method, path = scope["method"], clean(scope["path"])
            caller, trace_id = _by(scope), trace_id or _trace_of(scope)
            self.requests.add(RequestLine(request_id, method, path, status, code, seconds, facts, caller, trace_id))


def _model_of(scope: Scope) -> Identity | None:
    facts: Facts | None = scope.get(FACTS)
    return None if facts is None else facts.model


def _by(scope: Scope) -> str:
    caller = scope.get(CALLER)
    return "" if caller is None else clean(caller.name)


def _problem_of(error: Exception, request_id: str) -> Problem:
    if isinstance(error, AnOpsError):
        return error.problem
    # the text of an exception may hold values that were sent, so only its place goes into the log
    log.error("request %s failed:\n%s", request_id, places(error))
    return Problem(
        Code.INTERNAL,
        "AnOps itself failed on this request.",
        remedy=f"Report it with the request id {request_id}, which finds it in the log.",
    )


async def respond(problem: Problem, scope: Scope, send: Send, *, unread: Upload | None = None) -> None:
    """Answer a request with a problem.

    Args:
        problem: What went wrong.
        scope: The request.
        send: The ASGI channel of the answer.
        unread: What of the request's body may still come; it is taken in behind the answer.
    """
    body = body_of(problem, instance=scope["path"], request_id=request_id_of(scope), model=_model_of(scope))
    headers = {
        **headers_of(problem, instance=scope["path"], is_page=_may_be_a_person(scope)),
        "content-length": str(len(body)),
    }
    if ALLOW in scope:
        headers["allow"] = scope[ALLOW]
    if problem.code is Code.BODY_STALLED:  # nothing comes any more
        headers["connection"], unread = "close", None
    await send(
        {
            "type": "http.response.start",
            "status": status_of(problem),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )
    content = body if scope["method"] != "HEAD" else b""
    if unread is not None and not unread.whole:
        await send({"type": "http.response.body", "body": content, "more_body": True})
        await unread.drain()
        content = b""
    await send({"type": "http.response.body", "body": content})


def _trace_of(scope: Scope) -> str:
    """Return the trace that the caller names, as W3C Trace Context has it; empty where there is none."""
    for name, value in scope["headers"]:
        if name == b"traceparent":
            found = TRACE.fullmatch(value)
            return found[1].decode() if found else ""
    return ""


def _may_be_a_person(scope: Scope) -> bool:
    """Say whether a browser may ask a person for their key: not where a script of our own page asks, which does so."""
    if scope["method"] not in {"GET", "HEAD"}:
        return False
    return all(value == b"navigate" for name, value in scope["headers"] if name == b"sec-fetch-mode")
