"""Containers that stand: found by their labels, looked at, stopped and removed."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from docker.errors import ImageNotFound, NotFound

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import docker

_BEGIN_SECONDS = 300
"""So long after its start is a container's log read for what its service said as it began."""


def containers(client: docker.APIClient, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the containers that have some labels, also those that are stopped."""
    wanted = {"label": [f"{key}={value}" for key, value in labels.items()]}
    found: list[dict[str, Any]] = client.containers(all=True, filters=wanted)
    return sorted(found, key=lambda each: str(each["Names"]))


def image_of(client: docker.APIClient, name: str) -> dict[str, Any] | None:
    """Return what is known of an image; None where the engine does not have it."""
    try:
        known: dict[str, Any] = client.inspect_image(name)
    except ImageNotFound:
        return None
    return known


def inspected(client: docker.APIClient, container: str) -> dict[str, Any] | None:
    """Return what is known of a container; None where it is gone."""
    try:
        known: dict[str, Any] = client.inspect_container(container)
    except NotFound:
        return None
    return known


def last_lines(client: docker.APIClient, container: str, most: int) -> list[str]:
    """Return what a container has said last."""
    try:
        said: bytes = client.logs(container, tail=most, timestamps=False)
    except NotFound:
        return []
    return [line for line in said.decode(errors="replace").splitlines() if line.strip()]


def listens(client: docker.APIClient, container: str) -> bool:
    """Say whether a service in a container has said that it listens, in the first minutes since it was started.

    Its health does not tell: where containers share an address, another of them may have been asked.
    """
    known = inspected(client, container)
    if known is None or not known["State"]["Running"]:
        return False
    begun = int(datetime.fromisoformat(f"{known['State']['StartedAt'][:19]}+00:00").timestamp())
    if time.time() > begun + _BEGIN_SECONDS and known["State"].get("Health", {}).get("Status") == "healthy":
        return True  # its first lines may be gone from the log; it began long ago
    try:
        said: bytes = client.logs(container, since=begun, until=begun + _BEGIN_SECONDS)
    except NotFound:
        return False
    return any(_is_that(line) for line in said.decode(errors="replace").splitlines())


def _is_that(line: str) -> bool:
    try:
        told = json.loads(line)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("event") == "listening"


def said_by(client: docker.APIClient, container: str, command: Sequence[str]) -> bytes:
    """Run a command in a container that runs, and return what it has said.

    Raises:
        CommandError: The command fails.
    """
    started = client.exec_create(container, list(command))["Id"]
    said, complaint = client.exec_start(started, demux=True)
    if client.exec_inspect(started)["ExitCode"]:
        complained = (complaint or b"").decode(errors="replace").splitlines()
        raise CommandError("What the container keeps can't be read.", details=complained[-3:], code=Code.STORE_UNUSABLE)
    return bytes(said or b"")


def stop(client: docker.APIClient, container: str, seconds: float) -> None:
    """Let a container finish what it does; one that is gone stays so."""
    try:
        client.stop(container, timeout=int(seconds))
    except NotFound:
        return


def start(client: docker.APIClient, container: str) -> None:
    """Start a container that was stopped."""
    client.start(container)


def remove(client: docker.APIClient, container: str) -> None:
    """Remove a container; one that is gone stays so."""
    try:
        client.remove_container(container, force=True, v=True)
    except NotFound:
        return
