"""What a run was made with: revision, versions, packages, lock files, this computer."""

from __future__ import annotations

import json
import platform
import subprocess
from typing import TYPE_CHECKING

from anops_control.building.revision import revision_of
from anops_control.child_environment import child_environment
from anops_control.environment import interpreter_of

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.project import Project
    from anops_project.sections.project import Language

_LOCKS = ("renv.lock", "requirements.txt", "uv.lock", "poetry.lock", "conda-lock.yml", "environment.yml", "DESCRIPTION")
LISTED = "packages.txt"
"""The file of what is installed, where a job of a provider has listed it in the folder of its training."""
MAX_MEMORY = "system/max_memory_mb"
"""The metric of how much memory the largest process took."""
_SECONDS = 30
_OF_R = (
    "p <- installed.packages()[, c('Package', 'Version')];"
    "cat(R.version.string, '\\n', sep = '');"
    "cat(unique(paste(p[, 1L], p[, 2L])), sep = '\\n')"
)
_OF_PYTHON = (
    "import importlib.metadata as m, platform; print('Python', platform.python_version());"
    "print(*sorted({f'{d.metadata[\"Name\"]} {d.version}' for d in m.distributions()}, key=str.casefold), sep='\\n')"
)


def tags_of(project: Project) -> dict[str, str]:
    """Return what to say of the circumstances of a run."""
    revision = revision_of(project.folder)
    found = {"anops.machine": platform.platform(terse=True), "anops.language": project.project.language}
    if revision is not None:
        found |= {
            "mlflow.source.git.commit": revision.removesuffix("-changed"),
            "anops.dirty": json.dumps(revision.endswith("-changed")),
        }
    return found


def listing_command(language: Language, python: str) -> list[str]:
    """Return what lists the packages that are installed, and before them the version of R or Python."""
    return ["Rscript", "--vanilla", "-e", _OF_R] if language == "r" else [python, "-c", _OF_PYTHON]


def files_of(project: Project, into: Path, listed: Path | None = None) -> tuple[dict[str, Path], str]:
    """Write which packages are installed.

    Args:
        project: The project.
        into: A folder for the list.
        listed: The list, where it was made elsewhere; what is installed here is of no matter then.

    Returns:
        Files to keep with the run, lock files among them; and the version of R or Python, empty where it can't say.
    """
    found = {f"environment/{name}": project.folder / name for name in _LOCKS if (project.folder / name).is_file()}
    if listed is not None:
        said = listed.read_text(encoding="utf-8", errors="replace") if listed.is_file() else ""
        return ({**found, "environment/packages.txt": listed}, said.partition("\n")[0]) if said else (found, "")
    command = listing_command(project.project.language, str(interpreter_of(project).path))
    try:
        ended = subprocess.run(  # noqa: S603  the person's own R or Python
            command,
            cwd=project.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
            env=child_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return found, ""
    if ended.returncode:
        return found, ""
    written = into / "packages.txt"
    written.write_text(ended.stdout, encoding="utf-8")
    return {**found, "environment/packages.txt": written}, ended.stdout.partition("\n")[0]
