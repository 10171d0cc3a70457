"""What a call to the model-service that failed means, in a person's words."""

from __future__ import annotations

import re
from dataclasses import replace

import grpc
import grpc.aio
from anops_model_interface.codes import Code
from anops_model_interface.errors import Problem
from anops_model_interface.open_inference.grpc_status import problem_of, problem_within

_BROKEN = re.compile(
    "Stream removed|Received RST_STREAM|GOAWAY received|Socket closed|No status received"
    "|Received http2 header with status|Internal error from Core"
)
"""How gRPC's own texts begin where it was no server that answered: the code beside them may be any."""

_HANDSHAKE = re.compile("(?i)handshake|SSL_ERROR|TSI_|certificate|peer name")
_REASON = re.compile(
    "CERTIFICATE_VERIFY_FAILED: [a-zA-Z -]+|TLSV1_ALERT_[A-Z_]+|[A-Z]+_CERTIFICATE_[A-Z]+"
    '|WRONG_VERSION_NUMBER|peer name [^"]{1,80}'
)


def problem_of_call(
    error: grpc.aio.AioRpcError, *, url: str, too_late: Problem | None = None, with_tls: bool = False
) -> Problem:
    """Tell a server that is away or goes away from a model that failed.

    Args:
        error: From any server; only one of ours says by itself what the problem is.
        url: HOST:PORT of the server, for messages.
        too_late: What is said where the call was given up.
        with_tls: Whether the server is asked with TLS.
    """
    said = problem_within(error)
    if said is not None:
        return said
    details = error.details() or ""
    if error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and "larger than max" in details:
        return Problem(
            Code.BODY_TOO_LARGE,
            "There are more rows than the model-service takes in one request.",
            remedy="Send the rows in several requests.",
        )
    if error.code() == grpc.StatusCode.UNAVAILABLE:
        return _unreachable_with_tls(url, details) if with_tls else _unreachable(url)
    # nobody here has cancelled it: that would be no failed call
    if error.code() == grpc.StatusCode.CANCELLED or _BROKEN.match(details):
        return _cut_off(url)
    if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
        return too_late or _unreachable(url)
    problem = problem_of(error)
    # a server of other make failed at it
    return replace(problem, code=Code.MODEL_FAILED) if problem.code == Code.INTERNAL else problem


def _unreachable_with_tls(url: str, details: str) -> Problem:
    if _HANDSHAKE.search(details):
        reason = _REASON.search(details)
        said = f": {reason[0].replace('_', ' ').lower()}" if reason else ""
        return Problem(
            Code.NOT_READY,
            f"The certificate of the model-service at {url} is not trusted{said}.",
            remedy="Compare `model_ca` with the issuer of that certificate, and the names in it with `model_url`.",
        )
    # one that wants a certificate ends the connection without a word
    return Problem(
        Code.NOT_READY,
        f"The model-service at {url} can't be reached with TLS.",
        remedy="Start it, or wait until it has started. Where it runs: it must have `tls_certificate`, and "
        "`model_client_certificate` be of an authority in its `tls_client_ca`, if it has that.",
    )


def _cut_off(url: str) -> Problem:
    return Problem(
        Code.NOT_READY,
        f"The model-service at {url} stopped before it had answered.",
        remedy="Send the request again.",
    )


def _unreachable(url: str) -> Problem:
    return Problem(
        Code.NOT_READY,
        f"The model-service at {url} can't be reached.",
        remedy="Start it, or wait until it has started; `model_url` says where it is looked for.",
    )
