"""Says which steps of tasks failed, and how."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.tasks.runner import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_control.tasks.runner import TaskOutcome


def what_failed(outcome: TaskOutcome) -> str:
    """Say which step of a task failed and how, as "step 2 of 2: ao build --push, exit 3"."""
    task = outcome.task
    if outcome.not_made:
        return f"it must make {_names(outcome.not_made)}, and did not"
    if outcome.refused:
        return f"what it made can't be kept: {outcome.refused.splitlines()[0]}"
    if outcome.step is None or outcome.exit_code is None:
        return "it failed"
    command = task.steps[outcome.step - 1].strip().splitlines()
    shown = command[0] + (" …" if len(command) > 1 else "")
    code = outcome.exit_code
    if outcome.timed_out:
        return f"step {outcome.step} of {len(task.steps)}: {shown}, ended after the {task.max_seconds:g} s it may take"
    how = f"exit {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"
    return f"step {outcome.step} of {len(task.steps)}: {shown}, {how}"


def failure(outcomes: Iterable[TaskOutcome]) -> CommandError | None:
    """Return the error that names the steps that failed and the tasks they stopped, or None."""
    all_outcomes = list(outcomes)
    failed = [outcome for outcome in all_outcomes if outcome.ending is Ending.FAILED]
    if not failed:
        return None
    stopped = [outcome for outcome in all_outcomes if outcome.ending is Ending.STOPPED]
    details = [f"task {outcome.task.name}, {what_failed(outcome)}" for outcome in failed[1:]]
    details += [
        f"`{outcome.task.name}` was not started, since {_names(outcome.because)} must come first."
        for outcome in stopped
    ]
    remedy = None
    if failed[0].not_made:
        remedy = "Fix the command, or the names in `makes`."
    elif failed[0].timed_out:
        remedy = "Let it do less, or raise `max_seconds` of the task."
    elif failed[0].refused:
        details = [*failed[0].refused.splitlines()[1:6], *details]
        remedy = failed[0].remedy or (
            "Fix what the task writes; where the data are right: ao data add FILE --name NAME --accept"
        )
    elif failed[0].exit_code == 127:
        remedy = "Install the program that was not found, or fix its name in ao.toml."
    return CommandError(
        f"task {failed[0].task.name}, {what_failed(failed[0])}", code=Code.TASK_FAILED, details=details, remedy=remedy
    )


def _names(items: Iterable[str]) -> str:
    return " and ".join(f"`{item}`" for item in items)
