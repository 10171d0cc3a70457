"""Runs the R halves of rules, which tell what they found in records of fields."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_project.time_zone import local_time_zone

from anops_control.budget import run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

_SCRIPTS = Path(__file__).parent / "r"
_FIELD, _RECORD = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class ScriptAnswer:
    """What an R script told.

    Attributes:
        records: Its records, each a list of fields.
        failure: The last line it said, where it ended with a failure.
    """

    records: tuple[tuple[str, ...], ...]
    failure: str | None


def run_script(name: str, arguments: Sequence[str], *, folder: Path) -> ScriptAnswer:
    """Run one of the scripts beside this module in a project's folder."""
    with tempfile.TemporaryDirectory(prefix="ao-check-") as scratch:
        written = Path(scratch, "records")
        ended = _rscript([str(_SCRIPTS / name), str(written), *arguments], folder)
        text = written.read_text(encoding="utf-8", errors="replace") if written.exists() else ""
    return read_answer(text, ended.stderr, ended.returncode)


def read_answer(written: str, stderr: str, code: int) -> ScriptAnswer:
    """Return what a script told.

    Args:
        written: The file of its records.
        stderr: What it said.
        code: Its exit code.
    """
    records = tuple(tuple(record.split(_FIELD)) for record in written.split(_RECORD) if record)
    said = stderr.strip().splitlines() or ["it said nothing"]
    return ScriptAnswer(records, said[-1].strip() if code else None)


def script_text(name: str) -> bytes:
    """Return one of the scripts beside this module."""
    return (_SCRIPTS / name).read_bytes()


def has_package(package: str, *, folder: Path) -> bool:
    """Say whether the project's R has a package."""
    return _rscript(["-e", f"quit(status = !nzchar(system.file(package = {package!r})))"], folder).returncode == 0


def _rscript(arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return run(
        [shutil.which("Rscript") or "Rscript", *arguments],
        what="Asking R",
        folder=folder,
        env={"TZ": local_time_zone(), **os.environ},
    )
