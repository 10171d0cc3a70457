"""What is installed in an image: packages of Debian, distributions of Python, packages of R."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.codes import Code
from docker.errors import ImageNotFound

from anops_control.building.engine import connect, engine_faults
from anops_control.errors import CommandError

if TYPE_CHECKING:
    import docker

_PROGRAM = Path(__file__).with_name("listing.py")
_SECONDS = 120


class Package(msgspec.Struct, frozen=True):
    """A package.

    Attributes:
        name: Its name.
        version: Its version.
        license: Its licence, in the words of its own description.
        architecture: For which processors it is; of Debian's packages alone.
        base: Whether it is a part of R itself.
    """

    name: str
    version: str
    license: str = ""
    architecture: str = ""
    base: bool = False


class Inventory(msgspec.Struct, frozen=True):
    """What is installed in an image.

    Attributes:
        debian: Packages of Debian.
        python: Distributions of Python.
        r: Packages of R.
        system: What the image says of its system: `/etc/os-release`.
        interpreter: The version of Python that has listed it.
    """

    debian: tuple[Package, ...]
    python: tuple[Package, ...]
    r: tuple[Package, ...]
    system: dict[str, str]
    interpreter: str


class Listed(msgspec.Struct, frozen=True):
    """An image and what is installed in it.

    Attributes:
        image: Its ID, `sha256:…`.
        names: Its names on this machine.
        labels: Its labels.
        inventory: What is installed.
    """

    image: str
    names: tuple[str, ...]
    labels: dict[str, str]
    inventory: Inventory


def image_id(name: str) -> str:
    """Return the ID of an image on this machine.

    Raises:
        CommandError: There is none of this name, or no engine answers.
    """
    client = connect()
    try:
        with engine_faults():
            return str(_inspected(client, name)["Id"])
    finally:
        client.close()


def list_image(name: str, client: docker.APIClient | None = None) -> Listed:
    """List what is installed in an image on this machine.

    A container is started from it for that, with no network.

    Args:
        name: The image's name or ID.
        client: The engine, where one is connected.

    Raises:
        CommandError: There is no such image, it has no Python, or no engine answers.
    """
    connected = client or connect()
    try:
        with engine_faults():
            known = _inspected(connected, name)
            told = _run(connected, known["Id"], name)
    finally:
        if client is None:
            connected.close()
    labels = known["Config"].get("Labels") or {}
    return Listed(known["Id"], tuple(known.get("RepoTags") or ()), labels, told)


def _inspected(client: docker.APIClient, name: str) -> dict[str, Any]:
    try:
        known: dict[str, Any] = client.inspect_image(name)
    except ImageNotFound:
        raise CommandError(
            f"There is no image `{name}` on this machine.",
            remedy="Build it with `ao build`, or get it with `docker pull`.",
            code=Code.IMAGE_NOT_FOUND,
        ) from None
    return known


def _run(client: docker.APIClient, image: str, name: str) -> Inventory:
    container = client.create_container(
        image,
        entrypoint=["python3", "-c", _PROGRAM.read_text(encoding="utf-8")],
        command=[],
        user="0",  # some folders of a system are its administrator's
        healthcheck={"test": ["NONE"]},
        host_config=client.create_host_config(network_mode="none", read_only=True),
    )["Id"]
    try:
        client.start(container)
        status = client.wait(container, timeout=_SECONDS)["StatusCode"]
        output = client.logs(container, stdout=True, stderr=False)
        if status != 0:
            said = client.logs(container, stdout=False, stderr=True).decode(errors="replace").strip()
            raise CommandError(
                f"What is installed in `{name}` can't be listed.",
                details=said.splitlines()[-3:],
                code=Code.ENGINE,
            )
        return msgspec.convert(json.loads(output), Inventory)
    finally:
        client.remove_container(container, force=True)
