"""The model-service as a whole: workers first, then the gRPC server, then the wait for its end."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from typing import TYPE_CHECKING

from anops_project.ao_toml import checked_project
from anops_worker.isolating.isolation import Files, Network

from anops_model_service.ports import Door
from anops_model_service.servicer import Servicer, make_server
from anops_model_service.streams import Streams
from anops_model_service.supervisor import Supervisor
from anops_model_service.worker_starter import WorkerStarter

if TYPE_CHECKING:
    from anops_worker.isolating.isolation import Isolation

    from anops_model_service.health import Health
    from anops_model_service.launching import Launched
    from anops_model_service.scratch import Scratch
    from anops_model_service.settings import Settings

log = logging.getLogger("anops.service")

_OF_NETWORK = {
    Network.NAMESPACE: "no network (a namespace of its own)",
    Network.FILTER: "no network (a filter of system calls)",
    Network.ALLOWED: "the network, as ao.toml says",
    Network.OPEN: "the network",
}
_OF_FILES = {
    Files.SCRATCH: "it writes temporary files alone, and where ao.toml says",
    Files.OPEN: "it writes wherever its user may",
}


async def run(settings: Settings, scratch: Scratch, launched: Launched) -> None:
    """Serve the model of a project until SIGTERM or SIGINT.

    Prints one line of JSON on stdout, with the port, when requests can be sent.

    Args:
        settings: The service's.
        scratch: Where workers have their temporary files.
        launched: The process that already loads the model.

    Raises:
        AnOpsError: The project can't be read, or the model not loaded.
        PortError: The port can't be bound.
        CertificateError: A certificate can't be used.
    """
    project = checked_project(settings.project)
    server, health = make_server(max_message_mb=settings.max_message_mb)
    door = Door(settings.certificates)
    address = f"{settings.grpc_host}:{settings.grpc_port}"
    port = door.open(server, address)
    if port == 0:
        raise PortError(f"Can't listen on {address}: the port is taken, or may not be used.")
    starter = WorkerStarter(
        project,
        scratch,
        python=settings.worker_python or sys.executable,
        start_seconds=settings.start_seconds,
        fork=settings.worker_fork,
        trial=settings.try_model,
        reload=settings.worker_reload,
        digest=settings.model_digest,
        isolation=settings.worker_isolation,
        launched=launched if launched.folder == settings.project else None,
    )
    supervisor = Supervisor(
        starter,
        settings,
        workers=settings.workers or project.service.workers,
        deadline_seconds=settings.deadline_seconds or project.service.deadline_seconds,
        on_ready=lambda ready: health.set(serving=ready),
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        streams = await Streams.listen(
            supervisor, settings.grpc_host.strip("[]"), settings.private_stream_port, door.stream_context
        )
    except OSError as error:
        raise PortError(
            f"Can't listen on {settings.grpc_host}:{settings.private_stream_port}, the stream's port: {error.strerror}."
        ) from error
    server.add_generic_rpc_handlers((Servicer(supervisor, streams.announcement).handler(),))
    # before there is a worker: who waits for the model is connected by then, and hears of it at once
    await server.start()
    try:
        await _serve(supervisor, starter, scratch, stopping, health, streams, port)
    finally:
        await streams.close()
        health.close()
        await server.stop(grace=1.0)
        door.close()


async def _serve(
    supervisor: Supervisor,
    starter: WorkerStarter,
    scratch: Scratch,
    stopping: asyncio.Event,
    health: Health,
    streams: Streams,
    port: int,
) -> None:
    starting = asyncio.create_task(supervisor.start())
    ended = asyncio.create_task(stopping.wait())
    await asyncio.wait([starting, ended], return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await starter.close()
        return
    starting.result()
    announce({"event": "listening", "port": port})
    model = supervisor.model
    sweeping = asyncio.create_task(asyncio.to_thread(scratch.sweep))
    log.info("model %s %s (%s) is served on port %d", model.name, model.version, model.digest, port)
    _tell(model.isolation)
    await ended
    await sweeping
    log.info("stopping: requests in flight are finished first")
    health.set(serving=False)
    health.close()  # who follows it can go over to what takes its place while this one answers what is under way
    await supervisor.stop(streams.drained())


def _tell(isolation: Isolation) -> None:
    log.info("what the model's code may use: %s; %s", _OF_NETWORK[isolation.network], _OF_FILES[isolation.files])
    for reason in isolation.why_open:
        log.warning("%s ANOPS_WORKER_ISOLATION=off ends this warning, =required such a start", reason)


class PortError(Exception):
    """The port can't be bound."""


def announce(event: dict[str, object]) -> None:
    """Print an event on stdout as a line of JSON, for the program that started the service."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()
