"""Starts the service, by itself on this computer's loopback address."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn

from anops_control_service.app import make_app

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """
    app = make_app(settings)
    with socket.create_server((settings.host, port)) as listening:
        ready(f"http://{settings.host}:{listening.getsockname()[1]}")
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5, server_header=False)
        uvicorn.Server(config).run(sockets=[listening])
