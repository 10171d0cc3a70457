"""Makes sure that the images a Dockerfile starts from are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from docker.errors import APIError, ImageNotFound
from docker.utils import parse_repository_tag

from anops_control.building.credentials import login_credentials
from anops_control.building.engine import NO_SPACE, engine_faults, explanation, no_space
from anops_control.building.following import Layers
from anops_control.building.registry_words import Refusal, refusal_of
from anops_control.errors import CommandError

if TYPE_CHECKING:
    import docker

    from anops_control.events import Events


def require_base(client: docker.APIClient, name: str, platform: str | None, events: Events) -> None:
    """Pull an image where the engine does not have it.

    Raises:
        CommandError: It can't be had.
    """
    try:
        with engine_faults():
            client.inspect_image(name)
    except CommandError as error:
        if not isinstance(error.__cause__, ImageNotFound):
            raise
    else:
        return
    events.step(f"Pulling the base image {name}")
    said = _pull(client, name, platform, events)
    if said is None:
        return
    if NO_SPACE in said.lower():
        raise no_space(said)
    raise _absent(name, said)


def _pull(client: docker.APIClient, name: str, platform: str | None, events: Events) -> str | None:
    """Pull, and return what the engine said where that failed."""
    repository, tag = parse_repository_tag(name)
    layers = Layers(events)
    try:
        told = client.pull(
            repository,
            tag or "latest",
            stream=True,
            decode=True,
            platform=platform,
            auth_config=login_credentials(name),
        )
        for event in told:
            if "error" in event:
                return " ".join(str(event["error"]).split())
            layers.show(event)
    except APIError as error:
        return explanation(error)
    return None


def _absent(name: str, said: str) -> CommandError:
    reason = {
        Refusal.CREDENTIALS: "its registry refuses to provide it",
        Refusal.ABSENT: "its registry has no image of that name",
        Refusal.UNREACHABLE: "its registry can't be reached",
        Refusal.UNTRUSTED: "the certificate of its registry is not trusted",
    }.get(refusal_of(said), "it can't be pulled")
    if name.startswith("anops/"):
        remedy = "Build AnOps' own images once, with `make images` in its sources, or load them with `docker load`."
    elif name.startswith("debian:"):
        remedy = (
            "Make it from Debian's archive with scripts/base_image.sh of AnOps' sources, or load it with `docker load`."
        )
    else:
        remedy = "Load it with `docker load`, or name another one in the Dockerfile or in `[image] base`."
    return CommandError(
        f"The base image `{name}` is not on this machine, and {reason}.",
        details=[f"The engine said: {said}"],
        remedy=remedy,
        code=Code.BASE_IMAGE,
    )
