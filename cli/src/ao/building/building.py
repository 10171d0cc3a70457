"""The way of `ao build`: build, test, name, push."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ao.building.checks import check_image
from ao.building.credentials import environment_credentials
from ao.building.display import open_display
from ao.building.engine import connect, engine_faults
from ao.building.image_build import build_image, look
from ao.building.names import ImageNames
from ao.building.platforms import require_platform
from ao.building.push import Pushed, push
from ao.building.recorded import record_versions
from ao.building.revision import revision_of
from ao.checking import Status
from ao.errors import CommandError
from ao.exit_codes import ExitCode

if TYPE_CHECKING:
    import docker

    from ao.building.image_build import Built
    from ao.checking import Outcome
    from ao.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for.

    Attributes:
        push: Whether the image is pushed.
        test: Whether it is tested.
        tags: Tags beside version and git revision.
        platform: Such as `linux/arm64`; None for that of the engine.
    """

    push: bool
    test: bool
    tags: tuple[str, ...]
    platform: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it.

    Attributes:
        built: The image.
        names: Its names on this machine.
        version: The model's version.
        revision: The git revision; None where there is none.
        checks: What each check found; None where the image was not tested.
        pushed: Its names in the registry.
        seconds: How long it all took.
        recorded: Whether the versions of its R packages were written into the project.
    """

    built: Built
    names: tuple[str, ...]
    version: str
    revision: str | None
    checks: tuple[Outcome, ...] | None
    pushed: tuple[Pushed, ...]
    seconds: float
    recorded: bool = False

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not any(check.status is Status.FAILED for check in self.checks or ())


def build_project(configuration: Configuration, order: Order) -> Result:
    """Build a project's image, and test and push it where this is asked for.

    Raises:
        CommandError: It can't be built or pushed.
    """
    started = time.monotonic()
    project = configuration.project.project
    revision = revision_of(configuration.folder)
    names = ImageNames.of(project.name, configuration.image.repository, (project.version, revision, *order.tags))
    if order.push:
        _require_registry(names)
    client = connect()
    with engine_faults():
        if order.platform is not None:
            require_platform(client, order.platform)
        with open_display() as display:
            labels = _labels(configuration, revision)
            before = _image_called(client, names.untested)
            built = build_image(
                client, configuration, display, name=names.untested, labels=labels, platform=order.platform
            )
            _forget(client, before, built.image)
            checks = check_image(client, built.image, configuration, display) if order.test else None
            result = Result(built, (names.untested,), project.version, revision, checks, (), 0.0)
            pushed: tuple[Pushed, ...] = ()
            recorded = False
            if result.passed:
                if configuration.image.r_repositories:
                    recorded = record_versions(client, built.image, configuration.folder)
                _name(client, built.image, names)
                pushed = push(client, names.remote, display) if order.push else ()
        final = names.all if result.passed else (names.untested,)
        seconds = time.monotonic() - started
        return Result(look(client, built.image), final, project.version, revision, checks, pushed, seconds, recorded)


def _require_registry(names: ImageNames) -> None:
    environment_credentials(os.environ)
    if names.repository is None:
        raise CommandError(
            "There is no registry to push to.",
            remedy=f'Add `repository = "registry.example.com/team/{names.name}"` to the section `[image]` of ao.toml.',
            exit_code=ExitCode.PROJECT,
        )


def _labels(configuration: Configuration, revision: str | None) -> dict[str, str]:
    """Return the labels of the Open Container Initiative; those of the base are about the base."""
    project = configuration.project.project
    return {
        "org.opencontainers.image.title": project.name,
        "org.opencontainers.image.version": project.version,
        "org.opencontainers.image.description": project.description,
        "org.opencontainers.image.revision": revision or "",
        # AnOps' own licence is none of the model's, and which that is nobody has said
        "org.opencontainers.image.licenses": "",
    }


def _image_called(client: docker.APIClient, name: str) -> str | None:
    return next((str(image["Id"]) for image in client.images(name=name)), None)


def _forget(client: docker.APIClient, before: str | None, now: str) -> None:
    """Remove an untested image of an earlier build, where it has no name any more; its cached steps stay."""
    if before is None or before == now:
        return
    known = next((image for image in client.images(filters={"dangling": True}) if image["Id"] == before), None)
    if known is not None:
        client.remove_image(before, noprune=True)


def _name(client: docker.APIClient, image: str, names: ImageNames) -> None:
    for name in names.all:
        repository, _, tag = name.rpartition(":")
        client.tag(image, repository, tag)
    client.remove_image(names.untested, noprune=True)
