"""Builds the project's image from its Dockerfile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from anops_project.digest import files_of_model
from docker.errors import APIError

from anops_control.building.bases import require_base
from anops_control.building.context import pack
from anops_control.building.diagnosis import explain
from anops_control.building.dockerfile import images_from, read_dockerfile, require_r_stage
from anops_control.building.engine import engine_faults, explanation
from anops_control.building.following import StepFailedError, follow_build
from anops_control.building.found import Circumstances
from anops_control.building.same_version import LABEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    import docker
    from anops_project.sections.image import ImageSection

    from anops_control.configuration import Configuration
    from anops_control.events import Events


DIGEST = "ANOPS_MODEL_DIGEST"
"""The argument of a Dockerfile by which its model-service knows which model it must have."""


@dataclass(frozen=True, slots=True)
class Built:
    """An image on this machine.

    Attributes:
        image: Its ID, `sha256:…`.
        size_bytes: How much its layers take, those of its base too.
        ports: The ports it listens on.
    """

    image: str
    size_bytes: int
    ports: tuple[int, ...]


def build_image(
    client: docker.APIClient,
    configuration: Configuration,
    events: Events,
    *,
    name: str,
    labels: Mapping[str, str],
    platform: str | None,
) -> Built:
    """Build the image of a project.

    Args:
        client: The engine.
        configuration: The project.
        events: Where the steps are shown.
        name: What the image is called until it is tested.
        labels: What is written on it.
        platform: Such as `linux/arm64`; None for that of the engine.

    Raises:
        CommandError: It can't be built; the step is named, with its last lines.
    """
    project, section = configuration.project, configuration.image
    text = read_dockerfile(project.folder, project.project.language)
    if section.r_repositories:
        require_r_stage(text, project.project.language)
    arguments = _arguments(section) | ({DIGEST: labels[LABEL]} if f"ARG {DIGEST}" in text else {})
    for base in bases_of(configuration):
        require_base(client, base, platform, events)
    events.step("Packing the project's files")
    circumstances = Circumstances(project.folder, _debian_packages(section), platform)
    with pack(project.folder, needed=files_of_model(project)) as context:
        events.step("Sending them to the engine")
        try:
            with engine_faults():
                image = run_build(
                    client, context, events, tag=name, buildargs=arguments, labels=dict(labels), platform=platform
                )
        except StepFailedError as failure:
            raise explain(failure, circumstances) from failure
    return inspect_image(client, image)


def bases_of(configuration: Configuration) -> tuple[str, ...]:
    """Return the images that a project's Dockerfile starts from.

    Raises:
        CommandError: There is no Dockerfile.
    """
    text = read_dockerfile(configuration.folder, configuration.project.project.language)
    return images_from(text, _arguments(configuration.image))


def _arguments(section: ImageSection) -> dict[str, str]:
    return {"BASE": section.base} if section.base else {}


def _debian_packages(section: ImageSection) -> dict[str, str]:
    keys = {"debian_packages": section.debian_packages, "r_build_packages": section.r_build_packages}
    return {entry.partition("=")[0]: key for key, entries in keys.items() for entry in entries}


def run_build(client: docker.APIClient, context: IO[bytes], events: Events, **wanted: object) -> str:
    """Have the engine build a context, and return the image's ID.

    Args:
        client: The engine.
        context: A tar file.
        events: Where the steps are shown.
        wanted: Further parameters of the engine.

    Raises:
        StepFailedError: A step failed.
    """
    try:
        told = client.build(fileobj=context, custom_context=True, decode=True, rm=True, forcerm=True, **wanted)
        return follow_build(told, events)
    except APIError as error:  # refused before the first step
        raise StepFailedError("", (), explanation(error)) from error


def inspect_image(client: docker.APIClient, image: str) -> Built:
    """Return what the engine knows of an image."""
    with engine_faults():
        known = client.inspect_image(image)
    ports = (known["Config"].get("ExposedPorts") or {}).keys()
    return Built(known["Id"], known["Size"], tuple(sorted(int(port.partition("/")[0]) for port in ports)))
