"""Python code has no slips that ruff can see."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from anops_control.environment import install_command, interpreter_of
from anops_control.findings import Severity
from anops_control.rules.own_files import code_files, inside
from anops_control.rules.rule import Reporter, Rule, on_this_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_project.project import Project

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding
    from anops_control.places.place import Place

_REPORT = Reporter("lint")
_FATAL = ("invalid-syntax", "E9", "F821", "F822", "F823")
"""Code with one of these can't run: it can't be read, or uses a name that is nowhere."""

SELECT = "E4,E7,E9,F,B"
"""What is looked for where nobody has said: slips that make code wrong, not matters of taste."""


def _inspect(configuration: Configuration, place: Place) -> Iterator[Finding]:
    project = configuration.project
    files = code_files(project, ".py")
    if not files:
        return
    ruff = place.tool("ruff")
    if ruff is None:
        yield _REPORT.warning(
            "The code was not checked, because ruff is not installed.",
            remedy=f"Run: {install_command(interpreter_of(project), ['ruff'])}",
        )
        return
    select = [] if _has_settings(project.folder) else ["--select", SELECT]
    options = ["--output-format", "json", "--no-cache", "--force-exclude", *select]
    ended = place.run([*ruff, "check", *options, "--", *files], what="Ruff")
    try:
        slips = json.loads(ended.stdout)
    except ValueError:
        said = ended.stderr.strip().splitlines() or ["it said nothing"]
        yield _REPORT.error(f"Ruff can't check the code: {said[-1].strip()}.")
        return
    for slip in slips:
        yield _finding(slip, _inside(slip["filename"], place), project)


def _inside(file: str, place: Place) -> str:
    """Return a file that a program in a place named, as seen from the project's folder there."""
    path = PurePosixPath(file)
    return str(path.relative_to(place.project)) if path.is_relative_to(place.project) else file


def _has_settings(folder: Path) -> bool:
    """Say whether someone has settled what ruff looks for in a folder."""
    for above in (folder, *folder.parents):
        if (above / "ruff.toml").is_file() or (above / ".ruff.toml").is_file():
            return True
        shared = above / "pyproject.toml"
        if shared.is_file() and "[tool.ruff" in shared.read_text(encoding="utf-8", errors="replace"):
            return True
    return False


def _finding(slip: dict[str, Any], file: str, project: Project) -> Finding:
    """Return the finding for one entry of ruff's JSON."""
    code = str(slip.get("code") or "invalid-syntax")
    fix = slip.get("fix") or {}
    return _REPORT.finding(
        Severity.ERROR if code.startswith(_FATAL) else Severity.WARNING,
        f"{str(slip['message']).rstrip('.')}. [{code}]",
        remedy=f"{fix['message']}." if fix.get("message") else None,
        file=inside(project, file),
        line=slip["location"]["row"],
        column=slip["location"]["column"],
    )


RULE = Rule(
    name="lint",
    passed="Ruff finds nothing in the code.",
    doing="Looking at the code",
    inspect=on_this_machine(_inspect),
    within=_inspect,
    language="python",
)
