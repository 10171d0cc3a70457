"""Whether the fitted model is the file that its project has taken in: `sha256` under `[model]` of ao.toml says so.

Loading a model runs code of whoever wrote its file, so that is looked at first.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.project import Project

_SHORT = 12


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, as `sha256sum` prints it.

    Raises:
        OSError: It can't be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fitted_at(path: Path) -> str:
    """Return when a fitted model's file was written last, in UTC, as `fitted` under `[model]` has it.

    Raises:
        OSError: It can't be read.
    """
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC).isoformat().replace("+00:00", "Z")


def require_recorded(project: Project, use: str = "loaded") -> None:
    """Refuse a fitted model that is not the file that was taken in; where ao.toml does not say which, any will do.

    Args:
        project: The project.
        use: What would be done with it, for the message.

    Raises:
        AnOpsError: `MODEL_LOAD`: it is another file, or one that can't be read.
    """
    if project.artifact is None or project.model.sha256 is None:
        return
    try:
        found = sha256_of(project.artifact)
    except FileNotFoundError:
        return  # whoever loads it says so
    except OSError as error:
        raise AnOpsError(
            Code.MODEL_LOAD, f"Can't read `{project.model.artifact}`, the fitted model: {error.strerror}."
        ) from error
    if found != project.model.sha256:
        raise AnOpsError.of(other_file(project, found, use))


def other_file(project: Project, found: str, use: str) -> Problem:
    """Return what is told of a fitted model that is another file.

    Args:
        project: The project.
        found: The SHA-256 of the file that is there.
        use: What would be done with it.
    """
    return Problem(
        Code.MODEL_LOAD,
        f"`{project.model.artifact}` is not the file that was taken in, and is not {use}: its SHA-256 is "
        f"{found[:_SHORT]}…, and `sha256` under [model] in ao.toml is {str(project.model.sha256)[:_SHORT]}….",
        remedy="If you refitted it, take it in: ao refit. Otherwise put back the earlier file.",
    )
