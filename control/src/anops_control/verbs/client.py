"""Gives the package that asks a served model, for R or Python."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code

from anops_control import python_client, r_client
from anops_control.errors import CommandError
from anops_control.file_failures import unwritable
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRequest:
    """Which client, and where it goes."""

    language: Literal["r", "python"]
    """What it is for."""
    output: Path
    """The folder of the file."""
    install: bool = False
    """Install it at once: into the R on PATH, or into `python`."""
    python: Path | None = None
    """The Python that gets it."""


@dataclass(frozen=True, slots=True)
class ClientResult:
    """Where the client is.

    Attributes:
        file: The file; None where it was installed.
        python: The Python that has it now.
    """

    file: Path | None = None
    python: Path | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {key: str(value) for key, value in (("file", self.file), ("python", self.python)) if value is not None}


def run(request: ClientRequest, _: Events) -> ClientResult:
    """Write the client into a file, or install it.

    Raises:
        CommandError: It can't be written or installed.
    """
    return _r(request) if request.language == "r" else _python(request)


def _r(request: ClientRequest) -> ClientResult:
    if request.install:
        r_client.install()
        return ClientResult()
    return _written(r_client.write_package, request.output)


def _python(request: ClientRequest) -> ClientResult:
    if not request.install:
        return _written(python_client.write_wheel, request.output)
    if request.python is None:
        raise CommandError(
            "There is no Python on PATH.",
            remedy="Write the client into a file and install that where Python is: ao client python",
            code=Code.ENVIRONMENT,
        )
    python_client.install(request.python)
    return ClientResult(python=request.python)


def _written(write: Callable[[Path], Path], folder: Path) -> ClientResult:
    try:
        return ClientResult(write(folder))
    except OSError as error:
        raise unwritable(error, folder) from error


VERB = Verb("client", "Get the client for a served model, in R or Python.", ClientRequest, run)
