"""Starts the service, where nobody says otherwise on this computer's loopback address."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn
from anops_http.connections.keeper import Connections
from anops_http.connections.refusals import Refusals, full
from anops_http.connections.server import PatientServer
from anops_model_interface.certificates import ServedCertificates

from anops_control_service.app import make_app
from anops_control_service.problems import MEDIA_TYPE, answer, of_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_model_interface.errors import Problem
    from starlette.types import Receive, Scope, Send

    from anops_control_service.settings import Settings


def serve(settings: Settings, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        settings: What the service is told.
        port: Where it listens; 0 takes any.
        ready: Is called with the URL.

    Raises:
        OSError: The port can't be used.
        CommandError: Others may read the token.
        CertificateError: The certificate can't be used.
    """
    served = ServedCertificates(settings.door.certificates) if settings.door.certificates else None
    app = make_app(settings)
    with socket.create_server((settings.host, port)) as listening:
        scheme = "http" if served is None else "https"
        ready(f"{scheme}://{settings.host}:{listening.getsockname()[1]}")
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5, server_header=False)
        connections = Connections(settings.door, Refusals("control service", _written, _refuse))
        PatientServer(config, connections, None if served is None else served.context).run(sockets=[listening])


def _written(told: Problem) -> tuple[Mapping[str, str], bytes]:
    return {"content-type": MEDIA_TYPE}, bytes(answer(of_problem(told)).body)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(of_problem(full().problem))(scope, receive, send)
