"""The intermediate representation: what a workspace is made of, wherever it runs, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Target = Literal["processes", "docker", "kubernetes", "azure"]


@dataclass(frozen=True, slots=True)
class Scheduler:
    """The process that gives work to workers.

    Attributes:
        port: Where workers and clients come in; 0: any that is free.
        dashboard_port: Where its pages are, for this computer alone; 0: any that is free.
    """

    port: int
    dashboard_port: int


@dataclass(frozen=True, slots=True)
class Workers:
    """The processes that run functions.

    Attributes:
        minimum: How many there are at least.
        maximum: How many at most; between the two, as many as there is work for.
        threads: How many tasks each runs at a time.
        cpus: How many processors each has.
        memory_bytes: How much memory each has; None: no limit.
    """

    minimum: int
    maximum: int
    threads: int
    cpus: float
    memory_bytes: int | None


@dataclass(frozen=True, slots=True)
class Ir:
    """A workspace.

    Attributes:
        name: What it is called.
        target: Where it runs.
        scheduler: Its scheduler.
        workers: Its workers.
        image: What its containers run; None where there are none.
        folder: The folder of code that its workers see; None: what is in the image.
        encrypted: Whether its parts speak TLS with each other and with clients.
        labels: By which all that it consists of is found again.
        place: What else says where: context, namespace, resource group.
        auth: How one signs in.
    """

    name: str
    target: Target
    scheduler: Scheduler
    workers: Workers
    image: str | None
    folder: str | None
    encrypted: bool
    labels: dict[str, str]
    place: dict[str, str]
    auth: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Ir:
        """Return it from JSON."""
        return cls(**{**told, "scheduler": Scheduler(**told["scheduler"]), "workers": Workers(**told["workers"])})
