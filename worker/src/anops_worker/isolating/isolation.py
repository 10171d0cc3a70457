"""What a process that loads a model is kept from, before the model's code runs for the first time.

Loading a model runs code, and so does each prediction. It may reach the network or write files only where the project
says so, and where the system can see to that; what it can't is told.
"""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_worker.isolating.landlock import write_only_in
from anops_worker.isolating.namespace import leave_the_network
from anops_worker.isolating.socket_filter import make_local_sockets_only

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_project.project import Project

_FOR_EVERYBODY = tuple(Path("/dev", name) for name in ("null", "zero", "full", "tty", "random", "urandom", "shm"))
"""Devices, and the memory that processes share: semaphores lie there, those of `multiprocessing` and joblib too."""


class IsolationMode(StrEnum):
    """Whether models are to be isolated."""

    AUTO = "auto"
    """As far as the system can."""
    REQUIRED = "required"
    """Else the model is not loaded."""
    OFF = "off"
    """Not at all."""


class Network(StrEnum):
    """What a model's code finds of the network."""

    NAMESPACE = "namespace"
    """A network of its own, without others in it."""
    FILTER = "filter"
    """It can make no sockets but local ones."""
    ALLOWED = "allowed"
    """All of it, as ao.toml asks for."""
    OPEN = "open"
    """All of it."""


class Files(StrEnum):
    """Where a model's code can write."""

    SCRATCH = "scratch"
    """In its folder for temporary files, and where ao.toml asks for it."""
    OPEN = "open"
    """Wherever its user can."""


class Isolation(msgspec.Struct, frozen=True):
    """What a model's code is kept from.

    Attributes:
        network: What it finds of the network.
        files: Where it can write.
        why_open: Why one of them is open, where it was not wished: a sentence for each.
    """

    network: Network = Network.OPEN
    files: Files = Files.OPEN
    why_open: tuple[str, ...] = ()


def isolate(project: Project, scratch: Path, mode: IsolationMode) -> Isolation:
    """Isolate this process, which must have one thread, and those that it starts.

    Args:
        project: Says what its model's code needs all the same.
        scratch: The folder in which it may write.
        mode: Whether that is wanted.

    Returns:
        What it is kept from.

    Raises:
        AnOpsError: `MODEL_LOAD`: it is required, and can't be done.
    """
    if mode is IsolationMode.OFF:
        return Isolation(network=Network.ALLOWED if project.service.network else Network.OPEN)
    reasons: list[str] = []
    network = Network.ALLOWED if project.service.network else _without_network(reasons)
    files = _without_files(scratch, writable_of(project), reasons)
    if reasons and mode is IsolationMode.REQUIRED:
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"The model is not loaded: {' '.join(reasons)}",
            remedy="Serve it where that is allowed, or do without it: ANOPS_WORKER_ISOLATION=auto.",
        )
    return Isolation(network, files, tuple(reasons))


def narrow(isolation: Isolation, project: Project, scratch: Path) -> None:
    """Leave to a worker, of what the process that loaded its model may write in, its own folder alone."""
    if isolation.files is Files.SCRATCH:
        write_only_in((scratch, *writable_of(project), *_FOR_EVERYBODY))


def writable_of(project: Project) -> tuple[Path, ...]:
    """Return the folders in which a project's code may write by its ao.toml."""
    return tuple(project.folder / name for name in project.service.writable)


def _without_network(reasons: list[str]) -> Network:
    try:
        leave_the_network()
    except (OSError, AttributeError) as first:
        try:
            make_local_sockets_only()
        except (OSError, AttributeError) as error:
            reasons.append(
                "Its code can't be kept from the network: no namespace can be made "
                f"({_reason(first)}), and no system call filtered ({_reason(error)})."
            )
            return Network.OPEN
        return Network.FILTER
    return Network.NAMESPACE


def _without_files(scratch: Path, writable: Iterable[Path], reasons: list[str]) -> Files:
    for folder in writable:
        with suppress(OSError):  # who may not make it may not write there either
            folder.mkdir(parents=True, exist_ok=True)
    try:
        write_only_in((scratch, *writable, *_FOR_EVERYBODY))
    except (OSError, AttributeError) as error:
        reasons.append(f"Its code can't be kept from writing files: Landlock can't be used ({_reason(error)}).")
        return Files.OPEN
    return Files.SCRATCH


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or "this system does not have it"
