"""Shows every effective setting of a project, and where its value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.configuration import Configuration, load
from anops_control.environment import find_r, interpreter_of, probe
from anops_control.kept_places import kept_places
from anops_control.verbs.verb import Verb
from anops_control.workspaces.home import providers

if TYPE_CHECKING:
    from anops_project.project import Project

    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigRequest:
    """Whose settings, and with which flags."""

    folder: Path
    """The project's folder."""
    port: int | None = None
    """As if the service were started with this port."""
    workers: int | None = None
    """As if it were started with this many workers."""
    max_batch_rows: int | None = None
    """As if batches had at most this many rows."""
    deadline_seconds: float | None = None
    """As if it had this deadline."""


@dataclass(frozen=True, slots=True)
class ConfigResult:
    """The settings.

    Attributes:
        configuration: The project's.
        loaded_by: The Python, and the R of an R model, that load the model; None where there is none.
        kept: Where versions and runs are kept, and what is the person's own.
        providers: Those of workspaces that the project or the person has described.
    """

    configuration: Configuration
    loaded_by: dict[str, dict[str, str] | None]
    kept: dict[str, str]
    providers: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Return them for JSON."""
        return {
            "file": str(self.configuration.path),
            "settings": {
                setting.key: {"value": setting.value, "origin": setting.origin.value, "source": setting.source}
                for setting in self.configuration.settings
            },
            "loaded_by": {program.lower(): what for program, what in self.loaded_by.items()},
            "kept": self.kept,
            "providers": self.providers,
        }


def run(request: ConfigRequest, _: Events) -> ConfigResult:
    """Read the settings.

    Raises:
        CommandError: There is no project.
        ConfigurationError: The file, a flag or an environment variable can't be used; all faults are named.
    """
    names = ("port", "workers", "max_batch_rows", "deadline_seconds")
    configuration = load(request.folder, flags={name: getattr(request, name) for name in names})
    folder = configuration.folder
    return ConfigResult(configuration, _loaded_by(configuration.project), kept_places(folder), providers(folder))


def _loaded_by(project: Project) -> dict[str, dict[str, str] | None]:
    python = interpreter_of(project)
    found = {"version": probe(python.path).version, "path": str(python.path), "origin": python.origin}
    programs: dict[str, dict[str, str] | None] = {"Python": found}
    if project.project.language == "r":
        r = find_r()
        programs["R"] = {"version": r.version, "path": str(r.path), "origin": "PATH"} if r else None
    return programs


VERB = Verb("config", "Show every effective setting of a project, and where its value comes from.", ConfigRequest, run)
