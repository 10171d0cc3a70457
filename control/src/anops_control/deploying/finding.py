"""Finds an environment: `[deployment.NAME]` of the project, without secrets, with the version that it means now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.ao_toml import AoToml
from anops_project.project import CONFIG_NAME, tables_in
from anops_project.sections.deployment import NAME, DeploymentSection
from anops_project.sections.project import ProjectSection
from pydantic import ValidationError

from anops_control.errors import CommandError
from anops_control.standing.secrets_in import secrets_in
from anops_control.suggestions import nearest
from anops_control.tracking.addresses import address_of
from anops_control.tracking.fetching import fetched
from anops_control.tracking.finding import model_of
from anops_control.tracking.opening import kept, place_of
from anops_control.verbs.reading import faults_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.tracking.port import Version


@dataclass(frozen=True, slots=True)
class Environments:
    """The environments of a project.

    Attributes:
        folder: The project's folder.
        project: Its name.
        sections: They, by name.
    """

    folder: Path
    project: str
    sections: Mapping[str, DeploymentSection]

    def section(self, name: str) -> DeploymentSection:
        """Return one of them.

        Raises:
            CommandError: There is none of that name.
        """
        if name in self.sections:
            return self.sections[name]
        guess = nearest(name, self.sections)
        known = ", ".join(f"`{each}`" for each in self.sections)
        raise CommandError(
            f"There is no environment `{name}` in {self.folder / CONFIG_NAME}.",
            details=[f"It has {known}."] if known else [],
            remedy=f"Did you mean `{guess}`?"
            if guess
            else f"Add the section [deployment.{name}] with its `provider` and `model`.",
            code=Code.USAGE,
        )


def environments_of(start: Path) -> Environments:
    """Return the environments of the project in a folder, or the nearest above it.

    Raises:
        CommandError: There is no project, `ao.toml` can't be used, or it holds a secret.
    """
    folder = start.resolve()
    home = next((each for each in (folder, *folder.parents) if (each / CONFIG_NAME).is_file()), None)
    if home is None:
        raise CommandError(
            "There is no ao.toml here or in a folder above.",
            remedy="Change into the folder of a project.",
            code=Code.PROJECT_NOT_FOUND,
        )
    try:
        tables = tables_in(home)
    except AnOpsError as error:
        raise CommandError(str(error), code=Code.PROJECT_INVALID) from error
    _without_secrets(home, tables.get("deployment"))
    try:
        read = AoToml.check(tables, (ProjectSection, DeploymentSection))
    except ValidationError as error:
        raise CommandError(
            f"The environments in {home / CONFIG_NAME} can't be used.",
            details=faults_of(error),
            remedy="Correct them in ao.toml.",
            code=Code.PROJECT_INVALID,
        ) from None
    sections = read.named(DeploymentSection)
    for name in sections:
        if not NAME.fullmatch(name):
            raise CommandError(
                f"An environment can't be called `{name}`.",
                remedy="Use lower-case letters, digits and `-`, at most 40, beginning with a letter.",
                code=Code.PROJECT_INVALID,
            )
    return Environments(home, read.one(ProjectSection).name, sections)


def _without_secrets(home: Path, written: Any) -> None:  # noqa: ANN401  anything that TOML can hold
    secrets = list(secrets_in(written, "deployment"))
    if secrets:
        raise CommandError(
            f"{home / CONFIG_NAME} holds a secret; it must hold none.",
            details=secrets,
            remedy="Take it out, and replace it where it is in use: others may have seen it. `keys` names a file.",
            code=Code.PROJECT_INVALID,
        )


def version_meant(folder: Path, model: str) -> Version:
    """Return the version that an environment's `model` means now.

    Raises:
        CommandError: There is none, or it was not registered by `ao model register`.
    """
    address = address_of(model)
    if address.run:
        raise CommandError(
            f"An environment can't have the model of a run: `{model}`.",
            remedy="Register it, and name the version: NAME@ALIAS or NAME/VERSION.",
            code=Code.USAGE,
        )
    place = place_of(folder)
    with kept(place) as keeper:
        return _version(fetched(place, keeper, address).version, model)


def challenger_meant(folder: Path, challenger: str | None) -> Version | None:
    """Return the version that an environment's `challenger` means now; None where no version has the alias.

    Raises:
        CommandError: There is no such model, or the version was not registered by `ao model register`.
    """
    if challenger is None:
        return None
    address = address_of(challenger)
    with kept(place_of(folder)) as keeper:
        if address.alias not in model_of(keeper, address.model).aliases:
            return None
    return version_meant(folder, challenger)


def files_of(folder: Path, name: str, number: int) -> Path:
    """Return the project's folder of a version, its files at hand.

    Raises:
        CommandError: The files are gone or altered.
    """
    place = place_of(folder)
    with kept(place) as keeper:
        return fetched(place, keeper, address_of(f"models:/{name}/{number}")).folder


def _version(found: Version | None, model: str) -> Version:
    if found is None:
        raise CommandError(f"`{model}` is not a registered version.", code=Code.VERSION_NOT_FOUND)
    return found


def label(text: str) -> str:
    """Return a text as a value of a label of Docker and Kubernetes."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)[:63].strip("-._")
