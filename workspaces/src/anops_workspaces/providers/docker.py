"""Workspaces of containers: a keeper of this computer starts and ends them as there is work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import docker
from docker.errors import APIError, DockerException, ImageNotFound

from anops_workspaces import keeping
from anops_workspaces.failures import WorkspaceError
from anops_workspaces.providers import dask_commands

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_workspaces.ir import Ir
    from anops_workspaces.providers.provider import Doing

PLACE_LABEL = "anops.dev/place"
"""By which containers of two people, or of two folders, are told apart."""
SCHEDULER = "scheduler"
"""The scheduler's name in the network of the workspace."""


def build(ir: Ir) -> dict[str, Any]:
    """Return the containers, with the options that the engine gives them, and their network."""
    folder = {} if ir.folder is None else {ir.folder: {"bind": ir.folder, "mode": "ro"}}
    hardened = {
        "image": ir.image, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"], "read_only": True, "init": True,
        "tmpfs": {"/tmp": ""}, "environment": {"HOME": "/tmp"},  # noqa: S108  inside
        "working_dir": "/tmp",  # noqa: S108  that of an image may be of a user whom it knows
    }  # fmt: skip
    ports = {f"{port}/tcp": ["127.0.0.1", None] for port in (ir.scheduler.port, ir.scheduler.dashboard_port)}
    limits: dict[str, Any] = {"nano_cpus": int(ir.workers.cpus * 1e9), "pids_limit": 512}
    if ir.workers.memory_bytes is not None:
        limits |= {"mem_limit": ir.workers.memory_bytes, "memswap_limit": ir.workers.memory_bytes}
    address = f"tls://{SCHEDULER}:{ir.scheduler.port}"
    worker = hardened | limits | {"command": dask_commands.worker(ir, address), "volumes": folder}
    scheduler = hardened | {"command": dask_commands.scheduler(ir), "ports": ports}
    return {
        "cluster": "anops_workspaces.providers.docker_cluster", "address": address, "labels": ir.labels,
        "network": f"anops-{ir.name}", "scheduler": scheduler, "worker": worker,
    }  # fmt: skip


def engine() -> docker.DockerClient:
    """Return the engine.

    Raises:
        WorkspaceError: None answers.
    """
    try:
        client = docker.from_env()
        client.ping()
    except DockerException as error:
        raise WorkspaceError(
            "No Docker engine answers.", details=[str(error)], remedy="Start Docker on this computer."
        ) from error
    return client


def apply(ir: Ir, form: Mapping[str, Any], folder: Path, doing: Doing) -> dict[str, Any]:
    """Start the containers.

    Raises:
        WorkspaceError: The engine or the image is not there, or they do not start.
    """
    client = engine()
    try:
        client.images.get(ir.image)
    except ImageNotFound:
        raise WorkspaceError(
            f"The Docker engine has no image `{ir.image}`.",
            remedy="Pull or build it, or name another as `image` in the provider's `spec`.",
        ) from None
    user = f"{os.getuid()}:{os.getgid()}"  # who may read the key
    return keeping.start(folder, {**form, "user": user}, ir, doing) | {"runs": "image", "folder": ir.folder}


def is_there(ir: Ir, folder: Path) -> bool:  # noqa: ARG001  as each place has it
    """Say whether the keeper lives, which ends with its scheduler."""
    return keeping.is_kept(folder)


def scale(ir: Ir, folder: Path, minimum: int, maximum: int) -> None:  # noqa: ARG001  as each place has it
    """Say how many workers there may be."""
    keeping.limit(folder, minimum, maximum)


def destroy(ir: Ir, folder: Path, doing: Doing) -> None:
    """Remove all of the containers and their network, also those that a keeper has left that was killed."""
    keeping.end(folder, doing)
    client = engine()
    labels = {"label": [f"{key}={value}" for key, value in {**ir.labels, PLACE_LABEL: str(folder)}.items()]}
    for container in client.containers.list(all=True, filters=labels, ignore_removed=True):
        doing("removing containers")
        remove(container)
    for network in client.networks.list(filters=labels):
        network.remove()


def remove(container: Any) -> None:  # noqa: ANN401  docker-py has no types
    """Remove a container; one that is gone or going stays so."""
    try:
        container.remove(force=True, v=True)
    except APIError as error:
        if error.status_code not in {404, 409}:
            raise
