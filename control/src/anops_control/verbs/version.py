"""Tells which versions are at work: of AnOps, of what loads models, and of a project's model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_project.project import CONFIG_NAME

from anops_control.configuration import load
from anops_control.environment import find_interpreter, find_r, interpreter_of, probe
from anops_control.kept_places import kept_places
from anops_control.tracking.opening import place_of
from anops_control.verbs.verb import Verb
from anops_control.workspaces.home import providers

if TYPE_CHECKING:
    from anops_project.project import Project

    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRequest:
    """Whose versions."""

    folder: Path
    """The project's folder; one without a project will do."""


@dataclass(frozen=True, slots=True)
class Program:
    """A language that is installed.

    Attributes:
        version: Its version, such as "4.2.2".
        path: The program.
        ours: The parts of AnOps in it that load models, with their versions; R has none of its own.
    """

    version: str
    path: str
    ours: dict[str, str]


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """The model of a project.

    Attributes:
        name: Its name.
        version: Its version.
        language: The language that it was fitted in.
        sha256: The SHA-256 of the file that the project has taken in; None where ao.toml does not say it.
        fitted: When its file was written, in UTC; None where ao.toml does not say it.
    """

    name: str
    version: str
    language: str
    sha256: str | None
    fitted: str | None


@dataclass(frozen=True, slots=True)
class VersionResult:
    """What is at work.

    Attributes:
        anops: The version of AnOps, which is that of its REST interface and its images too.
        python: The Python that loads a Python model, and with which an R model is served.
        r: The R on PATH; None where there is none.
        model: The project's model; None outside a project.
        kept: Where versions, runs and workspaces are kept.
        providers: Those of workspaces that the project or the person has described.
    """

    anops: str
    python: Program
    r: Program | None
    model: ModelVersion | None
    kept: dict[str, str]
    providers: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def run(request: VersionRequest, _: Events) -> VersionResult:
    """Look for the versions.

    Raises:
        CommandError: The project's Python is not there.
        ConfigurationError: The project's ao.toml can't be used.
    """
    place = place_of(request.folder)
    project = load(place.home).project if (place.home / CONFIG_NAME).is_file() else None
    python = interpreter_of(project) if project is not None else find_interpreter(place.home, "python")
    told = probe(python.path)
    r = find_r()
    return VersionResult(
        anops=version("anops-control"),
        python=Program(told.version, str(python.path), told.ours),
        r=None if r is None else Program(r.version, str(r.path), {}),
        model=None if project is None else _model(project),
        kept=kept_places(place.home),
        providers=providers(place.home),
    )


def _model(project: Project) -> ModelVersion:
    said, model = project.project, project.model
    return ModelVersion(said.name, said.version, said.language, model.sha256, model.fitted)


VERB = Verb("version", "Show the versions of AnOps, of Python and R, and of the project's model.", VersionRequest, run)
