"""Takes in the fitted model that a task has made: ao.toml says from then on that it is this file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_project.project import CONFIG_NAME, Project
from anops_project.recorded import sha256_of

from anops_control.configuration.editing import apply_edits
from anops_control.findings import Edit
from anops_control.refitting.fit_facts import edits_of_fit

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.tasks.definition import Task


def take_in(task: Task, folder: Path) -> None:
    """Write the SHA-256 of the fitted model into ao.toml, where a task makes that file and one is written there.

    Args:
        task: A task that has ended well.
        folder: The project's folder.
    """
    try:
        project = Project.read(folder)
    except AnOpsError:
        return  # the task has changed ao.toml, and whatever reads it next says what is wrong
    if project.artifact is None or project.model.sha256 is None or not _makes(task, str(project.model.artifact)):
        return
    found = sha256_of(project.artifact)
    if found != project.model.sha256:
        apply_edits(folder / CONFIG_NAME, [Edit(("model", "sha256"), found), *edits_of_fit(project.artifact, "")])


def _makes(task: Task, artifact: str) -> bool:
    file = PurePosixPath(artifact)
    made = [PurePosixPath(name) for name in task.makes]
    return any(file == each or each in file.parents for each in made)
