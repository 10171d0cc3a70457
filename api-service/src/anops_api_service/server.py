"""Running the application: the port, the signals, and the one line that says where it listens."""

from __future__ import annotations

import asyncio
import gc
import json
import signal
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn
from anops_model_interface.origins import origins_of

from anops_api_service.app import make_app
from anops_api_service.column_file import read_column_file
from anops_api_service.logs import log
from anops_api_service.model_client import ModelClient
from anops_api_service.transport import GatheringProtocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_api_service.settings import Settings


class PortTakenError(Exception):
    """The address can't be listened on; the text says why, for a person."""


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address.

    Args:
        host: A name or an address, IPv4 or IPv6.
        port: The port; 0 picks a free one.

    Raises:
        PortTakenError: Something else listens there, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(2048)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise PortTakenError(f"Can't listen on {host} port {port}: {error.strerror}.") from error
    return listener


class _Server(uvicorn.Server):
    """A uvicorn that leaves the exit code to us: after SIGTERM and a clean stop it is 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        _calm_the_collector()
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            log.info("listening on http://%s:%s", host, port)
            sys.stdout.write(json.dumps({"event": "listening", "port": port}) + "\n")
            sys.stdout.flush()


def _calm_the_collector() -> None:
    """Let Python's garbage collector pass over what lives as long as the process, and come less often.

    Almost all of a request is freed without it; each of its rounds is a pause for all who wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def serve(settings: Settings) -> None:
    """Serve until told to stop; requests under way are finished.

    Raises:
        PortTakenError: The address can't be listened on.
        ColumnFileError: The file of columns can't be used.
    """
    declared = read_column_file(settings.schema_file) if settings.schema_file is not None else None
    listener = bind(settings.host, settings.port)
    client = ModelClient(
        settings.model_url,
        model_name=settings.model_name,
        deadline_seconds=settings.deadline_seconds,
        max_queue=settings.max_queue,
        declared=declared,
    )
    config = uvicorn.Config(
        make_app(client, settings.limits, origins_of(settings.allowed_origins)),
        loop="uvloop",
        http=GatheringProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        # who asked is of no use here: no address goes into the log
        proxy_headers=False,
        timeout_graceful_shutdown=int(settings.drain_seconds),
    )
    _Server(config).run(sockets=[listener])
    log.info("stopped")
