"""Shows what tasks do while they run: as lines for a person, or as lines of JSON for a program."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from rich.console import Console
from rich.text import Text

from ao import messages
from ao.errors import CommandError
from ao.tasks.runner import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ao.tasks.definition import Task
    from ao.tasks.runner import Outcome

_COLOURS = ("cyan", "magenta", "blue", "yellow", "green", "bright_red")


class PeopleReporter:
    """Writes the lines of the steps to stdout, each with its task's name, and the rest to stderr."""

    def __init__(self, order: Sequence[str]) -> None:
        self._colours = {name: _COLOURS[position % len(_COLOURS)] for position, name in enumerate(order)}
        self._width = max(map(len, order), default=0)
        self._out = Console(highlight=False)

    def starting(self, task: Task, reason: str) -> None:
        """Say why a task runs."""
        if task.steps:
            messages.note(f"{task.name}: runs, since {reason}.")

    def step(self, task: Task, position: int) -> None:
        """Show the command."""
        command = task.steps[position - 1].strip().splitlines()
        for line in command:
            self._write(task, Text(f"$ {line}", style="bold"))

    def line(self, task: Task, text: str) -> None:
        """Show a line of a step."""
        self._write(task, Text.from_ansi(text))

    def ended(self, outcome: Outcome) -> None:
        """Say how a task ended; `failure` says the rest at the very end."""
        name = outcome.task.name
        match outcome.ending:
            case Ending.DONE:
                messages.success(
                    f"{name}: done in {_duration(outcome.seconds)}." if outcome.task.steps else f"{name}: done."
                )
            case Ending.UP_TO_DATE:
                messages.success(f"{name}: up to date, skipped.")
            case Ending.FAILED:
                self._write(outcome.task, Text(f"✖ {what_failed(outcome)}", style="bold red"))
            case Ending.STOPPED | Ending.INTERRUPTED:
                pass

    def _write(self, task: Task, text: Text) -> None:
        prefix = Text(f"{task.name:<{self._width}} │ ", style=self._colours[task.name])
        self._out.print(prefix.append_text(text), soft_wrap=True)


class JsonReporter:
    """Writes everything that happens as one line of JSON each to stdout."""

    def starting(self, task: Task, reason: str) -> None:
        """Tell that a task starts."""
        self._write({"event": "starting", "task": task.name, "reason": reason})

    def step(self, task: Task, position: int) -> None:
        """Tell that a step starts."""
        self._write({"event": "step", "task": task.name, "step": position, "command": task.steps[position - 1]})

    def line(self, task: Task, text: str) -> None:
        """Tell what a step said."""
        self._write({"event": "line", "task": task.name, "text": text})

    def ended(self, outcome: Outcome) -> None:
        """Tell how a task ended."""
        told: dict[str, object] = {"event": "ended", "task": outcome.task.name, "ending": outcome.ending.value}
        if outcome.step is not None:
            told |= {"step": outcome.step, "exit_code": outcome.exit_code}
        if outcome.not_made:
            told["not_made"] = list(outcome.not_made)
        if outcome.because:
            told["because"] = list(outcome.because)
        self._write({**told, "seconds": round(outcome.seconds, 3)})

    def _write(self, event: dict[str, object]) -> None:
        messages.result(json.dumps(event, ensure_ascii=False))


def what_failed(outcome: Outcome) -> str:
    """Say which step of a task failed and how, as "step 2 of 2: ao build --push, exit 3"."""
    task = outcome.task
    if outcome.not_made:
        return f"it must make {_names(outcome.not_made)}, and did not"
    if outcome.step is None or outcome.exit_code is None:
        return "it failed"
    command = task.steps[outcome.step - 1].strip().splitlines()
    shown = command[0] + (" …" if len(command) > 1 else "")
    code = outcome.exit_code
    how = f"exit {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"
    return f"step {outcome.step} of {len(task.steps)}: {shown}, {how}"


def failure(outcomes: Iterable[Outcome]) -> CommandError | None:
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
        remedy = "Mend the command, or the names in `makes`."
    elif failed[0].exit_code == 127:
        remedy = "Install the program that was not found, or mend its name in ao.toml."
    return CommandError(
        f"task {failed[0].task.name}, {what_failed(failed[0])}", code=Code.TASK_FAILED, details=details, remedy=remedy
    )


def _names(items: Iterable[str]) -> str:
    return " and ".join(f"`{item}`" for item in items)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
