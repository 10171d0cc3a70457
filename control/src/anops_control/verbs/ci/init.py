"""Writes what a build server does with each change of a project: testing, validation, security."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code

from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.file_failures import unwritable
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events

_TEMPLATES = Path(__file__).parents[2] / "ci"
_FILES = {"github": Path(".github", "workflows", "model.yml"), "gitlab": Path(".gitlab-ci.yml")}
JOBS = ("testing", "validation", "security")


@dataclass(frozen=True, slots=True, kw_only=True)
class CiInitRequest:
    """For which build server."""

    folder: Path
    """The project's folder."""
    host: Literal["github", "gitlab"]
    """Who runs it."""
    replace: bool = False
    """Overwrite an existing file."""


@dataclass(frozen=True, slots=True)
class CiInitResult:
    """What was written.

    Attributes:
        file: The file, by its path in the project.
    """

    file: Path

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"file": str(self.file), "jobs": list(JOBS)}


def run(request: CiInitRequest, events: Events) -> CiInitResult:
    """Write the file.

    Raises:
        CommandError: One is there already, or it can't be written.
    """
    with telling(events):
        language = load(request.folder).project.project.language
        file = _FILES[request.host]
        target = request.folder / file
        if target.exists() and not request.replace:
            raise CommandError(
                f"{file} is there already.",
                remedy="Move it away; or let it be written over with --replace.",
                code=Code.FILE_EXISTS,
            )
        text = (_TEMPLATES / f"{request.host}.{language}.yml").read_text(encoding="utf-8")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text.replace("@VERSION@", version("anops-control")), encoding="utf-8")
        except OSError as error:
            raise unwritable(error, target) from error
    return CiInitResult(file)


VERB = Verb("ci init", "Set up what a build server does with each change of a project.",
            CiInitRequest, run, is_long=False)  # fmt: skip
