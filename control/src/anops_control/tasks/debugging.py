"""How the steps of tasks are run at a terminal, one after the other, with the debuggers of R and Python."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.child_environment import child_environment
from anops_control.configuration import load
from anops_control.environment import interpreter_of
from anops_control.r_debugging import R_AT_A_TERMINAL, R_DEBUG
from anops_control.tasks.choosing import left_out, with_values
from anops_control.tasks.from_configuration import graph_of, require_needs
from anops_control.tasks.plan import reason_to_run
from anops_control.tasks.state import State, own_folder
from anops_control.tasks.step_environment import step_environment
from anops_control.verbs.run import ordered

if TYPE_CHECKING:
    from anops_control.verbs.run import RunRequest

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class DebugStep:
    """A step that is to be started at the terminal.

    Attributes:
        task: Its task.
        command: The shell command.
        folder: Where it runs.
        environ: Its environment variables.
    """

    task: str
    command: str
    folder: Path
    environ: dict[str, str]


def debug_steps(request: RunRequest) -> list[DebugStep]:
    """Return the steps of tasks, in an order in which they can run; what is up to date is left out.

    `python FILE` stops at `breakpoint()` as ever, and where the file fails; `Rscript FILE` is an R at a terminal, in
    which `browser()` stops, and a failure lets a person choose a frame.

    Raises:
        CommandError: There is no such task, or it lacks what it needs.
    """
    configuration = load(request.folder)
    folder = configuration.folder
    graph = with_values(graph_of(configuration), request.values)
    order = ordered(graph, request.tasks)
    given = left_out(graph, order, tasks=request.tasks, begin=request.begin, only=request.only)
    wanted = [name for name in order if name not in given]
    require_needs(graph, wanted, configuration)
    python = interpreter_of(configuration.project).path
    environ = step_environment(folder, python, child_environment())
    environ["PATH"] = f"{_shims(folder, python)}:{environ['PATH']}"
    state, steps = State(folder), list[DebugStep]()
    for name in wanted:
        task = graph.tasks[name]
        if name not in request.tasks and not steps and reason_to_run(task, folder, state.get(name)) is None:
            continue
        steps += [DebugStep(name, step, folder, {**environ, **task.variables}) for step in task.steps]
    return steps


def _shims(folder: Path, python: Path) -> Path:
    """Make the programs that stand before R and Python on PATH."""
    shims = own_folder(folder) / "debug"
    shims.mkdir(exist_ok=True)
    texts = {name: f'exec {shlex.quote(str(python))} {shlex.quote(str(_HERE / "python_debug.py"))} "$@"'
             for name in ("python", "python3")}  # fmt: skip
    real = shutil.which("Rscript")
    if real is not None:
        profile = shlex.quote(str(R_DEBUG))
        texts["Rscript"] = (
            'file=""\n'
            'for each in "$@"; do case "$each" in -e) break ;; -*) ;; *) file="$each"; break ;; esac; done\n'
            f'[ -n "$file" ] || exec {shlex.quote(real)} "$@"\n'
            'while [ "$1" != "$file" ]; do shift; done; shift\n'
            f'ANOPS_DEBUG_FILE="$file" R_PROFILE_USER={profile} '
            f'exec {" ".join(R_AT_A_TERMINAL)} --args "$@"'
        )
    for name, text in texts.items():
        (shims / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (shims / name).chmod(0o755)
    return shims
