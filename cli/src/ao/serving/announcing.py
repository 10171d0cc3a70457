"""Says where the model is served, and how to use it at once."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from anops_control.events import EventKind
from anops_control.init.example_request import LONGEST_REQUEST
from rich.text import Text

from ao import messages
from ao.presenting import present

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.events import Event

_COLOURS = {"api": "cyan", "model": "magenta"}


class Announcer:
    """Tells a person what happens to a service, and a program what it needs to know."""

    def __init__(self, *, as_json: bool) -> None:
        """Say for whom.

        Args:
            as_json: Whether a program listens: it hears states as lines of JSON, and warnings beside them.
        """
        self._as_json = as_json

    def take(self, event: Event) -> None:
        """Tell an event."""
        if event.kind is EventKind.LINE:
            source = event.source or ""
            # a line of JSON is for a program, which takes it as it is
            prefix = Text("" if event.text.startswith("{") else f"{source:<5} │ ", style=_COLOURS.get(source, ""))
            messages.console().print(prefix.append_text(Text.from_ansi(event.text)), soft_wrap=True)
        elif self._as_json and event.kind is EventKind.STATE:
            _tell_a_program(event.facts)
        elif event.kind is EventKind.STATE:
            self._state(event)
        elif not self._as_json or event.kind is EventKind.WARNING:
            present(event)

    def _state(self, event: Event) -> None:
        match event.facts["event"]:
            case "ready":
                _say_ready(event.facts, default=event.source)
            case "stopping":
                messages.start_line()  # behind the ^C that a terminal shows
                messages.note(event.text)


def _tell_a_program(facts: Mapping[str, Any]) -> None:
    try:
        messages.result_line(facts)
    except BrokenPipeError:
        # it has read what it wanted to know and left: the service goes on, and says no more to nobody
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_ready(ready: Mapping[str, Any], default: str | None) -> None:
    console = messages.console()
    model, curl = ready["model"], ready["curl"]
    url = "" if ready["url"] == default else f" --url {ready['url']}"
    lines = [
        Text.assemble(
            ("✔", "green"),
            " ",
            (f"{model['name'] or ''} {model['version'] or ''}", "bold"),
            " is served on ",
            (ready["url"], "bold cyan"),
        ),
        Text(f"  {model['digest'] or ''}", style="dim"),
        Text(),
        Text.assemble("  Look at the model:   ", (ready["url"], "cyan"), "  in a browser"),
        _main_command(url, forecasts=ready.get("forecasts", False)),
        *_example(curl, forecasts=ready.get("forecasts", False)),
        Text(),
        Text("  Ctrl-C stops it.", style="dim"),
        Text(),
    ]
    for line in lines:
        console.print(line, soft_wrap=True)  # a command must stay one line, to be copied


def _main_command(url: str, *, forecasts: bool) -> Text:
    if forecasts:
        return Text.assemble("  Forecast:            ", (f"ao series forecast --horizon 12{url}", "cyan"))
    return Text.assemble("  Predict from a file: ", (f"ao predict FILE.csv{url}", "cyan"))


def _example(curl: str, *, forecasts: bool) -> list[Text]:
    if len(curl) > LONGEST_REQUEST:
        return []  # thousands of columns; /docs has the whole example
    return [
        Text("  Forecast over HTTP:" if forecasts else "  Predict one example:"),
        Text.assemble("    ", (curl, "cyan")),
    ]
