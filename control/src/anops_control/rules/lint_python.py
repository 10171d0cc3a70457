"""Python code has no slips that ruff can see."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.environment import Interpreter, install_command, interpreter_of, lacks
from anops_control.findings import Severity
from anops_control.rules.own_files import code_files, inside
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_project.project import Project

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("lint")
_FATAL = ("invalid-syntax", "E9", "F821", "F822", "F823")
"""Code with one of these can't run: it can't be read, or uses a name that is nowhere."""

SELECT = "E4,E7,E9,F,B"
"""What is looked for where nobody has said: slips that make code wrong, not matters of taste."""


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    project = configuration.project
    files = code_files(project, ".py")
    if not files:
        return
    interpreter = interpreter_of(project)
    ruff = _ruff(interpreter)
    if ruff is None:
        yield _REPORT.warning(
            "The code was not looked at, because ruff is not installed.",
            remedy=f"Run: {install_command(interpreter, ['ruff'])}",
        )
        return
    select = [] if has_settings(project.folder) else ["--select", SELECT]
    ended = subprocess.run(  # noqa: S603  ruff, on the project's own files
        [*ruff, "check", "--output-format", "json", "--no-cache", "--force-exclude", *select, "--", *files],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        slips = json.loads(ended.stdout)
    except ValueError:
        said = ended.stderr.strip().splitlines() or ["it said nothing"]
        yield _REPORT.error(f"Ruff can't look at the code: {said[-1].strip()}.")
        return
    for slip in slips:
        yield slip_finding(slip, project)


def _ruff(interpreter: Interpreter) -> list[str] | None:
    for python in (interpreter.path, Path(sys.executable)):
        if not lacks(python, "ruff"):
            return [str(python), "-m", "ruff"]
    found = shutil.which("ruff")
    return [found] if found else None


def has_settings(folder: Path) -> bool:
    """Say whether someone has settled what ruff looks for in a folder."""
    for above in (folder, *folder.parents):
        if (above / "ruff.toml").is_file() or (above / ".ruff.toml").is_file():
            return True
        shared = above / "pyproject.toml"
        if shared.is_file() and "[tool.ruff" in shared.read_text(encoding="utf-8", errors="replace"):
            return True
    return False


def slip_finding(slip: dict[str, Any], project: Project) -> Finding:
    """Return the finding for one entry of ruff's JSON.

    Args:
        slip: The entry; its file is absolute, or inside the project.
        project: The project.
    """
    code = str(slip.get("code") or "invalid-syntax")
    fix = slip.get("fix") or {}
    return _REPORT.finding(
        Severity.ERROR if code.startswith(_FATAL) else Severity.WARNING,
        f"{str(slip['message']).rstrip('.')}. [{code}]",
        remedy=f"{fix['message']}." if fix.get("message") else None,
        file=inside(project, slip["filename"]),
        line=slip["location"]["row"],
        column=slip["location"]["column"],
    )


RULE = Rule(
    name="lint",
    passed="Ruff finds nothing in the code.",
    doing="Looking at the code",
    inspect=_inspect,
    language="python",
)
