"""Finds a person's credentials for a registry: in the environment, or where `docker login` has put them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from docker import auth
from docker.credentials.errors import StoreError
from docker.errors import DockerException

from anops_control.errors import CommandError
from anops_control.surroundings import REGISTRY, current

if TYPE_CHECKING:
    from collections.abc import Mapping

USER, PASSWORD = VARIABLES = REGISTRY
"""Environment variables that hold credentials; without them those of `docker login` are used."""


def environment_credentials(environ: Mapping[str, str]) -> dict[str, str] | None:
    """Return the credentials in the environment, or None where it has none.

    Raises:
        CommandError: It has only one half of them.
    """
    user, password = environ.get(USER), environ.get(PASSWORD)
    if not user and not password:
        return None
    if user and password:
        return {"username": user, "password": password}
    there, missing = (USER, PASSWORD) if user else (PASSWORD, USER)
    raise CommandError(
        f"{there} is set, but {missing} is not.",
        remedy=f"Set both, or unset {there} to use the credentials of `docker login`.",
        code=Code.USAGE,
    )


def _login_file(variables: Mapping[str, str]) -> str | None:
    """Return the file of `docker login`; None for the usual one."""
    folder = variables.get("DOCKER_CONFIG")
    return str(Path(folder) / "config.json") if folder else None


def login_credentials(name: str) -> dict[str, str] | None:
    """Return what `docker login` has kept for the registry of an image; None where it has kept nothing.

    Args:
        name: The image's name, with its registry.

    Raises:
        CommandError: The program that keeps them can't be used.
    """
    registry = auth.resolve_repository_name(name)[0]
    try:
        with warnings.catch_warnings(action="ignore"):  # the library warns of what it then raises
            found = auth.resolve_authconfig(auth.load_config(_login_file(current().variables)), registry)
    except (DockerException, StoreError) as error:
        raise CommandError(
            f"The program that keeps your credentials for {registry} can't be used.",
            details=[" ".join(str(error).split())],
            remedy="Install it, or take `credsStore` and `credHelpers` out of ~/.docker/config.json and log in again.",
            code=Code.REGISTRY,
        ) from error
    return dict(found) if found else None
