"""How the steps of a training are done in one process at a terminal, with the debugger of their language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.child_environment import child_environment
from anops_control.configuration import load
from anops_control.environment import interpreter_of, require_r
from anops_control.errors import CommandError
from anops_control.events import Events
from anops_control.tasks.step_environment import step_environment
from anops_control.training.hosting import step_program
from anops_control.training.planning import wanted
from anops_control.training.runs import Runs

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.training.request import TrainRequest

_HOW = {
    "python": "`breakpoint()` in a step stops there; a step that fails stops where it failed.",
    "r": "`browser()` in a step stops there; a step that fails lets you choose a frame to look at.",
}


@dataclass(frozen=True, slots=True)
class DebugCall:
    """What is to be started at the terminal.

    Attributes:
        command: The program with its arguments.
        folder: Where it runs.
        environ: Its environment variables.
        notes: What a person should know before.
    """

    command: list[str]
    folder: Path
    environ: dict[str, str]
    notes: tuple[str, ...]


def debug_call(request: TrainRequest) -> DebugCall:
    """Return what does the steps, with the first configuration that the request asks for.

    Raises:
        CommandError: The request can't be done.
    """
    if request.provider is not None:
        raise CommandError(
            "The debugger runs in this terminal, and not in a job.", remedy="Leave out --in.", code=Code.USAGE
        )
    configuration = load(request.folder)
    language = configuration.project.project.language
    if language == "r":
        require_r()
    python = interpreter_of(configuration.project).path
    asked = wanted(request, configuration, Events())
    plan = asked.plan(configuration, asked.configs[0], Runs(configuration.folder))
    plan.write()
    program = step_program(plan, python, debug=True)
    environ = step_environment(configuration.folder, python, child_environment())
    notes = (_HOW[language], f"The project stays as it is; the model goes to {plan.run / plan.artifact}.")
    return DebugCall(program.command, configuration.folder, {**environ, **program.variables}, notes)
