"""Does the steps of a training in this terminal, in one process, with the debugger of the language."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from anops_model_interface.exit_codes import ExitCode

from ao import messages

if TYPE_CHECKING:
    from anops_control.training.request import TrainRequest


def debug(request: TrainRequest) -> ExitCode:
    """Hand the terminal to the process that does the steps."""
    from anops_control.training.debugging import debug_call  # noqa: PLC0415  pydantic is slow to import

    call = debug_call(request)
    for line in call.notes:
        messages.note(line)
    ended = subprocess.run(call.command, cwd=call.folder, env=call.environ, check=False)  # noqa: S603  the person's own
    return ExitCode.OK if ended.returncode == 0 else ExitCode.PROBLEM
