"""Writes what a build server does with each change of a project: testing, validation, security."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code

from anops_control.configuration import load
from anops_control.deploying.finding import environments_of
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.file_failures import unwritable
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events

_TEMPLATES = Path(__file__).parents[2] / "ci"
_FILES = {"github": Path(".github", "workflows", "model.yml"), "gitlab": Path(".gitlab-ci.yml")}
JOBS = ("testing", "validation", "security")
RELEASE = "release"
FOLDER = "deploy"
"""Where the files of environments are committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiInitRequest:
    """For which build server."""

    folder: Path
    """The project's folder."""
    host: Literal["github", "gitlab"]
    """Who runs it."""
    release: str | None = None
    """An environment of Kubernetes for which each change of the main branch is proposed: its image is built, pushed and
    signed, and its files are rendered, as a pull request (on GitLab a merge request).
    """
    replace: bool = False
    """Overwrite an existing file."""


@dataclass(frozen=True, slots=True)
class CiInitResult:
    """What was written.

    Attributes:
        file: The file, by its path in the project.
        jobs: The jobs in it.
    """

    file: Path
    jobs: tuple[str, ...] = JOBS

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"file": str(self.file), "jobs": list(self.jobs)}


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
        if request.release is not None:
            _require_releasable(request)
            text = _with_release(text, request.host, request.release)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text.replace("@VERSION@", version("anops-control")), encoding="utf-8")
        except OSError as error:
            raise unwritable(error, target) from error
    return CiInitResult(file, JOBS if request.release is None else (*JOBS, RELEASE))


def _require_releasable(request: CiInitRequest) -> None:
    """Check that a build server can propose changes of an environment.

    Raises:
        CommandError: It can't.
    """
    name = request.release or ""
    if environments_of(request.folder).section(name).provider != "kubernetes":
        raise CommandError(
            f"The environment `{name}` is not for a cluster, which alone is brought up from files.",
            remedy=f'Name one with provider = "kubernetes", or change it under [deployment.{name}] in ao.toml.',
            code=Code.USAGE,
        )
    if load(request.folder).image.repository is None:
        raise CommandError(
            "There is no registry to push to.",
            remedy='Add `repository = "ghcr.io/OWNER/NAME"` to the section `[image]` of ao.toml.',
            code=Code.PROJECT_INVALID,
        )


def _with_release(text: str, host: str, environment: str) -> str:
    """Add the job that proposes an environment's files; the merge of its own proposal begins no other."""
    job = (_TEMPLATES / f"{host}.release.yml").read_text(encoding="utf-8").replace("@ENVIRONMENT@", environment)
    if host == "gitlab":
        return text.replace("stages:\n  - check\n", "stages:\n  - check\n  - release\n", 1) + job
    branches = "    branches: [main]\n"
    return text.replace(branches, f'{branches}    paths-ignore: ["{FOLDER}/**"]\n', 1) + job


VERB = Verb("ci init", "Set up what a build server does with each change of a project.", CiInitRequest, run)
