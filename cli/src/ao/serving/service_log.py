"""The one log of `ao serve`: the lines of both services, each with where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ao import messages

if TYPE_CHECKING:
    from rich.console import Console

_COLOURS = {"api": "cyan", "model": "magenta"}


class ServiceLog:
    """Writes log lines to stderr.

    Attributes:
        muted: Services whose lines are left out for now.
    """

    def __init__(self) -> None:
        self.muted: set[str] = set()
        self._console: Console = messages.console()

    def line(self, source: str, text: str) -> None:
        """Write a line of a service."""
        if source in self.muted:
            return
        prefix = Text(f"{source:<5} │ ", style=_COLOURS.get(source, ""))
        self._console.print(prefix.append_text(Text.from_ansi(text)), soft_wrap=True)
