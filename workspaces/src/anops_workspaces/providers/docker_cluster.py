"""Dask's cluster of containers, as the keeper holds it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from distributed import SpecCluster
from distributed.core import Status
from distributed.deploy.spec import ProcessInterface

from anops_workspaces.certificates import FOLDER
from anops_workspaces.providers import dask_commands
from anops_workspaces.providers.docker import PLACE_LABEL, SCHEDULER, engine, remove

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from ssl import SSLContext

    from distributed.security import Security

_LOOK_SECONDS = 2.0


class Container(ProcessInterface):
    """A container that Dask starts and ends."""

    def __init__(self, scheduler: str | None = None, *, options: Mapping[str, Any], name: str | None = None) -> None:
        super().__init__(scheduler=scheduler, name=name)  # type: ignore[no-untyped-call]
        self._options = dict(options)
        self.name = name
        self.container: Any = None

    async def start(self) -> None:
        """Start it."""
        options = dict(self._options)
        if self.name is not None:
            options["command"] = [*options["command"], "--name", self.name]
        self.container = await asyncio.to_thread(_started, options)
        await super().start()  # type: ignore[no-untyped-call]

    async def look(self) -> None:
        """Find out whether it has ended.

        Raises:
            RuntimeError: It has; what it said is in the text.
        """
        await asyncio.to_thread(self.container.reload)
        if self.container.status == "exited":
            said = await asyncio.to_thread(self.container.logs)
            raise RuntimeError(said.decode(errors="replace"))

    async def close(self) -> None:
        """Remove it."""
        if self.container is not None:
            await asyncio.to_thread(remove, self.container)
        await super().close()  # type: ignore[no-untyped-call]


class SchedulerContainer(Container):
    """The scheduler, which is reached from here by a port of loopback, and from workers by its name."""

    def __init__(self, *, options: Mapping[str, Any], address: str, encryption: SSLContext) -> None:
        super().__init__(options=options)
        self.address = address
        self._encryption = encryption
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it, and learn its ports.

        Raises:
            RuntimeError: It ended at once; what it said is in the text.
        """
        await super().start()
        wanted, ports = list(self._options["ports"]), dict[str, Any]()
        while not all(ports.get(each) for each in wanted):  # an image may name others, which are not published
            await self.look()
            ports = self.container.ports
            await asyncio.sleep(0.1)
        port, pages = (ports[each][0]["HostPort"] for each in wanted)
        self.external_address = f"tls://127.0.0.1:{port}"
        self.dashboard = f"http://127.0.0.1:{pages}/status"
        # the engine takes connections before the scheduler does, and drops them: Dask gives up at the first of these
        while not await self._listens(int(port)):
            await self.look()
            await asyncio.sleep(0.1)
        self._watch = asyncio.create_task(self._watched())

    async def _listens(self, port: int) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=self._encryption)
        except OSError:
            return False
        writer.close()
        return True

    async def _watched(self) -> None:
        while self.status == Status.running:
            await asyncio.sleep(_LOOK_SECONDS)
            await asyncio.to_thread(self.container.reload)
            if self.container.status != "running":
                self.status = Status.failed

    async def close(self) -> None:
        """Remove it."""
        if self._watch is not None:
            self._watch.cancel()
        await super().close()


class Containers(SpecCluster):
    """A cluster whose workers have names that Dask's command line keeps as they are."""

    def _new_worker_name(self, worker_number: int) -> str:
        return f"worker-{worker_number}"


def cluster(form: Mapping[str, Any], place: Path, security: Security) -> SpecCluster:
    """Return the cluster of a form, not started yet; for the keeper."""
    labels = {**form["labels"], PLACE_LABEL: str(place)}
    network = engine().networks.create(form["network"], labels=labels)
    tls = {str(place / FOLDER): {"bind": dask_commands.TLS, "mode": "ro"}}

    def options(role: str) -> dict[str, Any]:
        told = form[role]
        return {**told, "labels": labels, "user": form["user"], "network": network.id,
                "volumes": {**told.get("volumes", {}), **tls}}  # fmt: skip

    scheduler = options("scheduler") | {"alias": SCHEDULER}
    return Containers(  # type: ignore[no-untyped-call]
        scheduler={"cls": SchedulerContainer, "options": {
            "options": scheduler, "address": form["address"],
            "encryption": security.get_connection_args("client")["ssl_context"],  # type: ignore[no-untyped-call]
        }},
        worker={"cls": Container, "options": {"options": options("worker")}},
        security=security, asynchronous=True, silence_logs=False, name=place.name,
    )  # fmt: skip


def reached(made: Any) -> dict[str, str]:  # noqa: ANN401  Dask's clusters have few types
    """Return the addresses of a cluster that has started."""
    return {"address": made.scheduler.external_address, "dashboard": made.scheduler.dashboard}


def _started(options: Mapping[str, Any]) -> Any:  # noqa: ANN401  docker-py has no types
    client = engine()
    told = dict(options)
    alias, network = told.pop("alias", None), told.pop("network")
    ports = {name: tuple(each) for name, each in told.pop("ports", {}).items()}  # JSON has no tuples
    container = client.containers.create(**told, ports=ports, detach=True)
    try:
        client.networks.get("bridge").disconnect(container)
        client.networks.get(network).connect(container, aliases=[alias] if alias else None)
        container.start()
    except BaseException:
        remove(container)
        raise
    return container
