"""Runs the steps of tasks in this terminal, one after the other, with the debugger of R or Python."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from anops_control.errors import CommandError
from anops_model_interface.codes import Code
from anops_model_interface.exit_codes import ExitCode

from ao import messages

if TYPE_CHECKING:
    from anops_control.verbs.run import RunRequest


def debug(request: RunRequest) -> ExitCode:
    """Hand the terminal to each step in turn; the first that fails is the last."""
    from anops_control.tasks.debugging import debug_steps  # noqa: PLC0415  few want it

    if not request.tasks:
        raise CommandError("No task to debug is named.", remedy="Name it: ao run TASK --debug", code=Code.USAGE)
    steps = debug_steps(request)
    messages.note("`breakpoint()` and `browser()` stop in this terminal, and so does a file that fails.")
    for step in steps:
        messages.note(f"{step.task}: {step.command.strip()}")
        ended = subprocess.run(  # noqa: S603  the person's own
            ["/bin/sh", "-e", "-c", step.command], cwd=step.folder, env=step.environ, check=False
        )
        if ended.returncode:
            messages.plain(f"{step.task} ended with exit code {ended.returncode}.")
            return ExitCode.PROBLEM
    messages.success("All steps have run. `ao run` runs them once more: it keeps no account of this.")
    return ExitCode.OK
