"""Finds what a person means by `--in PROVIDER`: which image, and what its container may take."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from docker.errors import ImageNotFound

from anops_control.building.engine import connect, engine_faults
from anops_control.building.names import UNTESTED
from anops_control.building.same_version import LABEL
from anops_control.errors import CommandError
from anops_control.training.jobs.client_layer import TAG, with_client
from anops_control.training.jobs.job import Job
from anops_control.workspaces.home import home
from anops_control.workspaces.port import GROUP, workspaces

if TYPE_CHECKING:
    import docker

    from anops_control.configuration import Configuration
    from anops_control.events import Events

_DOCKER = "docker"


def job_in(provider: str, configuration: Configuration, code: str, events: Events) -> Job | None:
    """Return the job that a provider runs; None where it is processes of this computer.

    Args:
        provider: `docker`, or the name or file of a provider.
        configuration: The project.
        code: The file with its steps, from the project's folder on.
        events: Where it is told what is done.

    Raises:
        CommandError: There is no such provider, it runs no trainings, or there is no image that it could run.
    """
    told = _provider(provider, configuration)
    if told["target"] == "processes":
        return None
    if told["target"] != _DOCKER:
        raise CommandError(
            f"`{provider}` is a provider of {told['target']}, where `ao train` runs nothing.",
            remedy="Train in a container of this computer's engine: ao train --in docker",
            code=Code.USAGE,
        )
    client = connect()
    try:
        with engine_faults():
            image = _named(client, told["image"]) if told.get("image") else _built(client, configuration)
        name = (image.get("RepoTags") or [image["Id"]])[0]
        made = with_client(client, image, configuration, code, events)
    finally:
        client.close()
    events.note(f"The steps run in a container of `{name}`.")
    return Job(provider=provider, image=made, name=name, cpus=told.get("cpus"), memory_bytes=told.get("memory_bytes"))


def _provider(provider: str, configuration: Configuration) -> dict[str, Any]:
    """Return what is known of a provider; `docker` and `local` need no file, and nothing installed."""
    usual = {_DOCKER: {"target": _DOCKER}, "local": {"target": "processes"}}
    if provider in usual and not entry_points(group=GROUP):
        return usual[provider]
    with workspaces() as who:
        found = who.provider(provider, home=home(), folder=configuration.folder)
    return found if found is not None else usual[provider]


def _named(client: docker.APIClient, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = client.inspect_image(name)
    except ImageNotFound:
        raise CommandError(
            f"The Docker engine has no image `{name}`.",
            remedy="Pull or build it, or name another as `image` in the provider's `spec`.",
            code=Code.USAGE,
        ) from None
    return found


def _built(client: docker.APIClient, configuration: Configuration) -> dict[str, Any]:
    """Return the image that `ao build` made of this version of the project, else the last one of another version."""
    project = configuration.project.project
    try:
        found: dict[str, Any] = client.inspect_image(f"{project.name}:{project.version}")
    except ImageNotFound:
        others = [
            each
            for each in client.images(project.name, filters={"label": LABEL})
            if any(tag.rpartition(":")[2] not in {UNTESTED, TAG, "<none>"} for tag in each["RepoTags"] or ())
        ]
        if not others:
            raise CommandError(
                f"`{project.name}` has no image yet, in whose container it could be trained.",
                details=["It is the one that `ao build` makes: its R or Python has the packages that the model needs."],
                remedy="Build it: ao build; or name another as `image` in a provider's file.",
                code=Code.PROJECT_INVALID,
            ) from None
        found = client.inspect_image(max(others, key=lambda each: each["Created"])["Id"])
    return found
