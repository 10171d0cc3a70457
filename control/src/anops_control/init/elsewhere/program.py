"""Asks the Python that loads the model what a file holds, by a program that needs packages which `ao` has not."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.child_environment import child_environment
from anops_control.errors import CommandError
from anops_control.surroundings import current

if TYPE_CHECKING:
    from anops_control.environment import Interpreter

_LONGEST = 600
"""Signs of what a program said last."""


def said_by(interpreter: Interpreter, program: str, *arguments: str, what: str, remedy: str) -> dict[str, Any]:
    """Run a program of this folder, and return the JSON of its last line.

    Args:
        interpreter: The Python.
        program: The program's file.
        arguments: What it is given.
        what: What is said where it fails, before its own words.
        remedy: What to do then.

    Raises:
        CommandError: It failed.
    """
    command = [str(interpreter.path), str(Path(__file__).with_name(program)), *arguments]
    environ = {**child_environment(), **current().variables, "MLFLOW_DISABLE_TELEMETRY": "true"}
    ended = subprocess.run(  # noqa: S603  the person's own Python, which was tried before
        command, capture_output=True, text=True, check=False, env=environ, stdin=subprocess.DEVNULL
    )
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise CommandError(
            f"{what}: {last if len(last) <= _LONGEST else f'{last[:_LONGEST]}…'}",
            remedy=remedy,
            code=Code.MODEL_LOAD,
        )
    said: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return said
