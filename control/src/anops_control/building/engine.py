"""Reaches the Docker engine, and says why where it can't be used."""

from __future__ import annotations

import errno
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import docker
import requests
from anops_model_interface.codes import Code
from docker.context import ContextAPI
from docker.errors import APIError, DockerException

from anops_control.errors import CommandError
from anops_control.surroundings import current

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ANSWER_SECONDS = 10
_WORK_SECONDS = 3600
"""A step may say nothing for long, such as one that compiles."""

_USUAL_PLACE = "unix:///var/run/docker.sock"
_CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
NO_SPACE = "no space left on device"


def connect() -> docker.APIClient:
    """Return a client of the engine that `docker` itself would use: DOCKER_HOST, or the current context.

    Raises:
        CommandError: No engine answers, or this person may not use it.
    """
    place: dict[str, object] = {}
    try:
        # the library knows contexts, but takes them only where it is asked to
        place = _named(current().variables)
        _knock(str(place.get("base_url", _USUAL_PLACE)))
        client = docker.APIClient(version="auto", timeout=_ANSWER_SECONDS, **place)
    except (DockerException, requests.RequestException, OSError, ValueError) as error:
        raise _unreachable(error, str(place.get("base_url", _USUAL_PLACE))) from error
    client.timeout = _WORK_SECONDS
    _forget_credentials(client)
    return client


def _named(variables: Mapping[str, str]) -> dict[str, object]:
    """Return the address of the engine that the surroundings or a context name; empty for the usual one."""
    if variables.get("DOCKER_HOST"):
        return dict(docker.utils.kwargs_from_env(variables))
    return dict(ContextAPI.kwargs_from_context(environment=variables))


def _forget_credentials(client: docker.APIClient) -> None:
    """Give the library none: before each build it would ask every program that keeps some for all that it keeps.

    It fails where one of them is missing, whether a build needs credentials or not. What a pull or a push needs, they
    get themselves.
    """
    with tempfile.NamedTemporaryFile("w", prefix="ao-", suffix=".json") as settings:
        settings.write('{"auths": {"registry.invalid": {}}}')  # an empty one makes it look elsewhere
        settings.flush()
        client.reload_config(dockercfg_path=settings.name)


@contextmanager
def engine_faults() -> Iterator[None]:
    """Turn what the engine refuses, and nobody nearer has explained, into a message.

    Raises:
        CommandError: The engine went away, has no space, or refused.
    """
    try:
        yield
    except APIError as error:
        said = explanation(error)
        if NO_SPACE in said.lower():
            raise no_space(said) from error
        raise CommandError("The Docker engine refused.", details=[said], code=Code.ENGINE) from error
    except (DockerException, requests.RequestException) as error:
        raise CommandError(
            "The connection to the Docker engine was lost while it was working.",
            details=[_last_reason(error)],
            remedy="Check that it runs (`docker version`), and build again.",
            code=Code.ENGINE,
        ) from error


def explanation(error: APIError) -> str:
    """Return what the engine said, on one line."""
    return " ".join(str(error.explanation or error).split())


def no_space(said: str) -> CommandError:
    """Say that the engine's disk is full."""
    return CommandError(
        "The Docker engine has no disk space left.",
        details=[said],
        remedy="Free some: `docker system df` shows what uses it, `docker image prune` removes unused images.",
        code=Code.DISK_FULL,
    )


def _knock(place: str) -> None:
    """Try a socket of this machine, since the library tells less and leaves its own one open."""
    scheme, _, path = place.partition("://")
    if scheme not in {"unix", "http+unix"}:
        return
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(_ANSWER_SECONDS)
        caller.connect(f"/{path.lstrip('/')}")


def _unreachable(error: BaseException, place: str) -> CommandError:
    reasons = list(_reasons(error))
    if any(isinstance(reason, PermissionError) or getattr(reason, "errno", 0) == errno.EACCES for reason in reasons):
        return CommandError(
            "A Docker engine runs here, but you don't have permission to use it.",
            details=[f"It listens on {place}."],
            remedy="Join its group with `sudo usermod --append --groups docker $USER`, and log in again.",
            code=Code.ENGINE_DENIED,
        )
    host = current().variables.get("DOCKER_HOST")
    if not host and any(Path(mark).exists() for mark in _CONTAINER_MARKS):
        remedy = (
            "This is a container, which has no engine. Build where one runs, or start the container with "
            "`--volume /var/run/docker.sock:/var/run/docker.sock`: anyone who can use it controls the whole machine."
        )
        where = f"Looked for it at {place}."
    elif host:
        remedy = "Start it, or unset DOCKER_HOST to use the engine of this machine."
        where = f"DOCKER_HOST is {host}."
    else:
        remedy = "Start it (Linux: `sudo systemctl start docker`), or install one: https://docs.docker.com/get-docker/"
        where = f"Looked for it at {place}."
    return CommandError(
        "No Docker engine answers.",
        details=[where, _last_reason(error)],
        remedy=remedy,
        code=Code.ENGINE,
    )


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all those it was made of; the HTTP libraries hide them in their arguments."""
    pending, seen = [error], set[int]()
    while pending:
        one = pending.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        pending += [other for other in inner if isinstance(other, BaseException)]


def _last_reason(error: BaseException) -> str:
    system = [reason for reason in _reasons(error) if isinstance(reason, OSError) and reason.strerror]
    text = str(system[-1].strerror) if system else str(error)
    return " ".join(text.split()).rstrip(".") + "."
