"""The intermediate representation: what an environment is made of, wherever it runs, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Model:
    """The version that runs; an alias stands for one no more.

    Attributes:
        name: Its name in the registry.
        number: Its number there.
        version: The version that its project has.
        digest: The digest of the model, as the service tells it.
        language: What it is written in.
    """

    name: str
    number: int
    version: str
    digest: str
    language: str
    series: bool = False
    """Whether it forecasts a time series."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it there is.

    Attributes:
        replicas: How many copies answer side by side.
        max_replicas: Up to how many there may be under load.
        workers: How many processes of each predict; None: as the project says.
        cpus: How many processors the model of each gets; None: no limit.
        memory_bytes: How much memory; None: no limit.
    """

    replicas: int
    max_replicas: int
    workers: int | None
    cpus: float | None
    memory_bytes: int | None


@dataclass(frozen=True, slots=True)
class Door:
    """Where it answers, and whom.

    Attributes:
        host: The address that it listens on.
        port: The port; 0: any that is free.
        hosts: Names under which it answers.
        keys: Where the keys of callers are: a file, or the name of a Secret; None: no key is needed.
        allow_anyone: Whether other computers are let in without keys.
    """

    host: str
    port: int
    hosts: list[str]
    keys: str | None
    allow_anyone: bool


@dataclass(frozen=True, slots=True)
class Challenger:
    """Another version that answers beside.

    Attributes:
        model: It.
        share: Which part of the requests it answers.
        shadow: Whether it is only asked beside, and nobody gets its answers.
        header: The header that names whose request it is.
        image: The image of its service; None where there is none.
    """

    model: Model
    share: float
    shadow: bool
    header: str
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Ir:
    """An environment.

    Attributes:
        project: The project whose environment it is.
        environment: What it is called.
        provider: Where it runs.
        model: The version that runs.
        size: How much of it there is.
        door: Where it answers.
        strategy: How a new version takes over.
        drain_seconds: How long a copy that is replaced may finish its requests.
        image: The image of the model's service; None where there is none.
        api_image: That of the api-service; None where there is none.
        namespace: The namespace in a cluster; None where there is none.
        challenger: Another version that answers beside; None: there is none.
        labels: By which all that it consists of is found again.
        series_store: The Secret that has the address of a series' store; None where there is none.
        context: Which cluster, as the kubeconfig calls it; None: its current one, or there is no cluster.
    """

    project: str
    environment: str
    provider: str
    model: Model
    size: Size
    door: Door
    strategy: str
    drain_seconds: float
    image: str | None
    api_image: str | None
    namespace: str | None
    challenger: Challenger | None
    labels: dict[str, str]
    series_store: str | None = None
    context: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Ir:
        """Return it from JSON."""
        parts: dict[str, Any] = {
            "model": Model(**told["model"]), "size": Size(**told["size"]), "door": Door(**told["door"]),
        }  # fmt: skip
        if beside := told["challenger"]:
            parts["challenger"] = Challenger(**{**beside, "model": Model(**beside["model"])})
        return cls(**{**told, **parts})
