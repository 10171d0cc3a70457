"""The files that `ao.toml` names are there, and are what they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_project.recorded import require_recorded

from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_project.project import Project

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("structure")
_LFS_POINTER = b"version https://git-lfs."


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    project = configuration.project
    if project.artifact is not None:
        yield from _artifact(project.artifact, project)
    if project.code is not None and not project.code.is_file():
        yield _REPORT.error(
            f"The code file `{project.model.code}` is not there.",
            remedy="Put it there, or fix `code` under `[model]` in ao.toml.",
            file=project.model.code,
        )
    for name in project.model.files:
        if not (project.folder / name).exists():
            yield _REPORT.error(
                f"`{name}` is not there, which the model needs.",
                remedy="Put it there, or fix `files` under `[model]` in ao.toml.",
                file=name,
            )
    if not any(path.is_file() for path in (configuration.folder / "tests").rglob("*")):
        yield _REPORT.warning(
            "The project has no tests.",
            remedy="Add some to the folder `tests`, so that a change of the model or its packages is noticed.",
        )


def _artifact(path: Path, project: Project) -> Iterator[Finding]:
    name = str(project.model.artifact)
    if path.is_symlink() and not path.exists():
        yield _REPORT.error(
            f"The model `{name}` is a link to `{path.readlink()}`, which is not there.",
            remedy="Copy the model into the project, or fix the link.",
            file=name,
        )
    elif not path.exists():
        yield _REPORT.error(
            f"The model `{name}` is not there.",
            remedy="Put it there (`ao run` lists the tasks that may make it), or fix `artifact` in ao.toml.",
            file=name,
        )
    elif path.is_file():
        found = list(_content(path, name))
        yield from found or _other_file(project)


def _content(path: Path, name: str) -> Iterator[Finding]:
    try:
        with path.open("rb") as file:
            start = file.read(len(_LFS_POINTER))
    except OSError as error:
        yield _REPORT.error(f"The model `{name}` can't be read: {error.strerror}.", file=name)
        return
    if not start:
        yield _REPORT.error(f"The model `{name}` is empty.", remedy="Save the fitted model again.", file=name)
    elif start == _LFS_POINTER:
        yield _REPORT.error(
            f"The model `{name}` is only a pointer of Git LFS, not the model itself.",
            remedy="Run: git lfs pull",
            file=name,
        )


def _other_file(project: Project) -> Iterator[Finding]:
    try:
        require_recorded(project)
    except AnOpsError as error:
        yield _REPORT.error(error.problem.message, remedy=error.problem.remedy, file=project.model.artifact)


RULE = Rule(
    name="structure",
    passed="The model, its code and its tests are there.",
    doing="Looking at the files",
    inspect=_inspect,
)
