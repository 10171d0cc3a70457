"""Tells what tasks do while they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.tasks.failing import what_failed
from anops_control.tasks.runner import Ending

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.events import Events
    from anops_control.tasks.definition import Task
    from anops_control.tasks.runner import TaskOutcome


class TaskEvents:
    """What happens to tasks, as events: lines of steps, and states whose `facts` say which task and what."""

    def __init__(self, events: Events) -> None:
        self._events = events

    def waiting(self, task: Task) -> None:
        """Tell that a task waits for another `ao run`."""
        self._tell(
            task, {"event": "waiting", "task": task.name}, f"{task.name}: waits, since another `ao run` runs it."
        )

    def starting(self, task: Task, reason: str) -> None:
        """Tell that a task starts."""
        text = f"{task.name}: runs, since {reason}." if task.steps else ""
        self._tell(task, {"event": "starting", "task": task.name, "reason": reason}, text)

    def step(self, task: Task, position: int) -> None:
        """Tell that a step starts."""
        command = task.steps[position - 1]
        told = {"event": "step", "task": task.name, "step": position, "command": command}
        self._tell(task, told, command.strip())

    def line(self, task: Task, text: str) -> None:
        """Tell what a step said."""
        self._events.line(text, task.name)

    def retrying(self, outcome: TaskOutcome, attempt: int, seconds: float) -> None:
        """Tell that a task is run again."""
        task = outcome.task
        told = {"event": "retrying", "task": task.name, "attempt": attempt, "of": task.retries + 1, "seconds": seconds}
        text = f"{task.name}: {what_failed(outcome)}; again in {seconds:g} s ({attempt} of {task.retries})."
        self._tell(task, told, text)

    def kept(self, task: Task, versions: Mapping[str, str]) -> None:
        """Tell which versions of datasets a task has made."""
        text = ", ".join(f"dataset `{name}`, version {version}" for name, version in versions.items())
        self._tell(task, {"event": "kept", "task": task.name, "versions": dict(versions)}, f"{task.name}: {text}.")

    def ended(self, outcome: TaskOutcome) -> None:
        """Tell how a task ended."""
        task = outcome.task
        told: dict[str, object] = {"event": "ended", "task": task.name, "ending": outcome.ending.value}
        if outcome.step is not None:
            told |= {"step": outcome.step, "exit_code": outcome.exit_code}
        if outcome.not_made:
            told["not_made"] = list(outcome.not_made)
        if outcome.timed_out:
            told["timed_out"] = True
        if outcome.refused:
            told["refused"] = outcome.refused
        if outcome.because:
            told["because"] = list(outcome.because)
        told["seconds"] = round(outcome.seconds, 3)
        text = ""
        if outcome.ending is Ending.DONE:
            text = f"{task.name}: done in {_duration(outcome.seconds)}." if task.steps else f"{task.name}: done."
        elif outcome.ending is Ending.UP_TO_DATE:
            text = f"{task.name}: up to date, skipped."
        elif outcome.ending is Ending.GIVEN:
            text = f"{task.name}: taken as done."
        elif outcome.ending is Ending.FAILED:
            text = what_failed(outcome)
        self._tell(task, told, text)

    def _tell(self, task: Task, facts: dict[str, object], text: str) -> None:
        self._events.state(facts, text=text, source=task.name)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
