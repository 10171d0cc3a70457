"""The image that `ao build` made of a project, as a place for its checks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.digest import digest_of
from docker.errors import ImageNotFound

from anops_control.building.engine import connect, engine_faults
from anops_control.building.names import UNTESTED
from anops_control.building.same_version import LABEL
from anops_control.building.throw_away import place_of_image
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import docker

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.limits import Limits
    from anops_control.places.place import Place


@contextmanager
def opened(configuration: Configuration, events: Events, limits: Limits) -> Iterator[Place]:
    """Open the project's image; the entry point `docker`.

    Raises:
        CommandError: It is not built, has another model, or no engine answers.
    """
    client = connect()
    try:
        with engine_faults():
            image = _image_of(client, configuration)
        with place_of_image(client, image, configuration, events, limits.memory_bytes) as place:
            yield place
    finally:
        client.close()


def _image_of(client: docker.APIClient, configuration: Configuration) -> str:
    """Return the ID of the image of the project's version, or of the one that has failed."""
    project, digest = configuration.project.project, digest_of(configuration.project)
    other = None
    for name in (f"{project.name}:{project.version}", f"{project.name}:{UNTESTED}"):
        try:
            known = client.inspect_image(name)
        except ImageNotFound:
            continue
        there = (known["Config"].get("Labels") or {}).get(LABEL)
        if there in {None, digest}:
            return str(known["Id"])
        other = other or name
    if other is not None:
        raise CommandError(
            f"The image `{other}` has another model.",
            remedy="Raise `version` in ao.toml, and build it; or give the name to the new model: ao build --replace",
            code=Code.MODEL_EXISTS,
        )
    raise CommandError(
        f"Version {project.version} of `{project.name}` has no image yet.",
        remedy="Build it, which checks it too: ao build",
        code=Code.PROJECT_INVALID,
    )
