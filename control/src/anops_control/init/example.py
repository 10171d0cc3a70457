"""Fits the example's model, where its packages are installed."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.environment import install_command, probe
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.project import Language

    from anops_control.environment import Interpreter

_MODULES = ("sklearn", "pandas", "joblib")


def obstacle(language: Language, interpreter: Interpreter) -> str | None:
    """Say what keeps the example from being fitted here: the first thing to do, or None."""
    if language == "r":
        return None if shutil.which("Rscript") else "# first install R, so that there is an `Rscript` on PATH"
    if probe(interpreter.path, _MODULES).missing:
        return install_command(interpreter, ["-r", "requirements.txt"])
    return None


def fit(language: Language, interpreter: Interpreter, project: Path) -> Path:
    """Run the training script of a rendered project.

    Returns:
        The model file that it wrote.

    Raises:
        CommandError: It failed.
    """
    command, made = (
        (["Rscript", "train.R"], "model.rds")
        if language == "r"
        else ([str(interpreter.path), "train.py"], "model.joblib")
    )
    ended = subprocess.run(  # noqa: S603  the template's own script
        command, cwd=project, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if ended.returncode:
        raise CommandError(
            f"The example can't be fitted: {command[-1]} ended with exit code {ended.returncode}.",
            code=Code.EXAMPLE_FAILED,
            details=ended.stderr.strip().splitlines()[-5:],
        )
    return project / made
