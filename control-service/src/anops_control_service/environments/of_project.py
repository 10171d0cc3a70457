"""Which environment a job needs: that of its project, from the file that names its packages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.configuration import load
from anops_control.errors import CommandError, ConfigurationError
from anops_control.init.intake import language_of
from anops_model_interface.codes import Code

from anops_control_service.environments import python, r

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.events import Events

_LOADING = frozenset({"check", "init", "refit", "run", "schedule run", "schedule start", "serve"})
"""Verbs that load the model, or run code of the project's."""
_SHOWING = frozenset({"config"})
"""Verbs that show which environment it is, and make none."""


def variables_for(verb: str, request: Mapping[str, Any], home: Path, events: Events) -> dict[str, str]:
    """Return the environment variables by which a job finds its project's environment; make that where need be.

    A project that names a Python in `ao.toml`, or has a `.venv`, keeps it.

    Args:
        verb: What the job does.
        request: What is asked of it.
        home: Where environments are kept.
        events: Where it is told what is installed.

    Raises:
        CommandError: The environment can't be made.
    """
    if verb not in _LOADING | _SHOWING:
        return {}
    folder = Path(request["folder"])
    language: str | None
    configured: str | None
    try:
        configuration = load(folder)
    except (CommandError, ConfigurationError):
        if verb != "init":
            return {}  # the verb says what is wrong
        model, configured = request.get("model"), None
        repositories: tuple[str, ...] = ()
        language = request.get("lang") or (language_of(Path(model)) if model else None)
    else:
        section, repositories = configuration.project.project, configuration.image.r_repositories
        language, configured = section.language, section.python
    make = verb in _LOADING
    if language == "r":
        return r.library_for(folder, repositories, home, events, make=make)
    if language == "python" and configured is None and not (folder / ".venv" / "bin" / "python").exists():
        made = python.environment_for(folder, home, events, make=make)
        return {} if made is None else {"VIRTUAL_ENV": str(made)}
    return {}


def how_to_get_packages(verb: str, request: Mapping[str, Any], code: str) -> str | None:
    """Say how a model that can't be loaded gets packages here, where no file of its project names them yet."""
    if verb not in _LOADING or code not in {Code.MODEL_LOAD, Code.ENVIRONMENT}:
        return None
    folder = Path(request["folder"])
    if any((folder / file).is_file() for file in (python.FILE, r.FILE)):
        return None
    return (
        f"Packages come from `{python.FILE}` of a Python project or `{r.FILE}` of an R project. Send one that names "
        f"what the model was fitted with (PUT /v1/projects/{folder.name}/files/{python.FILE}), and ask again."
    )
