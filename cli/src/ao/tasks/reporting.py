"""Shows what tasks do while they run: as lines for a person, or as lines of JSON for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.events import EventKind
from anops_control.tasks.runner import Ending
from rich.console import Console
from rich.text import Text

from ao import messages

if TYPE_CHECKING:
    from anops_control.events import Event

_COLOURS = ("cyan", "magenta", "blue", "yellow", "green", "bright_red")


class PeopleReporter:
    """Writes the lines of the steps to stdout, each with its task's name, and the rest to stderr."""

    def __init__(self) -> None:
        self._colours: dict[str, str] = {}
        self._width = 0
        self._out = Console(highlight=False)

    def take(self, event: Event) -> None:
        """Show an event."""
        task = event.source or ""
        if event.kind is EventKind.STATE and event.facts["event"] == "planned":
            names = event.facts["tasks"]
            self._colours = {name: _COLOURS[position % len(_COLOURS)] for position, name in enumerate(names)}
            self._width = max(map(len, names))
            return
        if event.kind is EventKind.LINE:
            self._write(task, Text.from_ansi(event.text))
        elif event.kind is EventKind.STATE and event.text:
            self._state(task, event)

    def _state(self, task: str, event: Event) -> None:
        match event.facts["event"], event.facts.get("ending"):
            case "waiting" | "starting" | "retrying", _:
                messages.note(event.text)
            case "step", _:
                for line in event.text.splitlines():
                    self._write(task, Text(f"$ {line}", style="bold"))
            case "ended", Ending.FAILED:
                self._write(task, Text(f"✖ {event.text}", style="bold red"))
            case _:
                messages.success(event.text)

    def _write(self, task: str, text: Text) -> None:
        prefix = Text(f"{task:<{self._width}} │ ", style=self._colours[task])
        self._out.print(prefix.append_text(text), soft_wrap=True)


def write_json(event: Event) -> None:
    """Write an event as one line of JSON to stdout."""
    if event.kind is EventKind.LINE:
        messages.result_line({"event": "line", "task": event.source, "text": event.text})
    elif event.kind is EventKind.STATE and event.facts["event"] != "planned":
        messages.result_line(event.facts)
