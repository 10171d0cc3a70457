"""Shows what a build is doing: alive on a terminal, as plain lines elsewhere."""

from __future__ import annotations

import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from anops_control.building.last_state import last_state
from anops_control.events import EventKind, Events
from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ao import messages
from ao.presenting import present, undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from anops_control.events import Event
    from rich.console import Console, RenderableType

_TAIL = 5


class PlainDisplay:
    """One line for each step, for logs and pipes."""

    def __enter__(self) -> Self:
        """Nothing is to be set up."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is to be put back."""

    def step(self, title: str) -> None:
        """Write what is done now."""
        messages.note(title)

    def line(self, text: str) -> None:
        """Leave it out: where the step fails, its last lines are in the message."""

    def amount(self, done: int, total: int) -> None:
        """Leave it out."""


class LiveDisplay:
    """Finished steps with their seconds; below them the one at work, with its last lines."""

    def __init__(self, target: Console) -> None:
        self._console = target
        self._title = ""
        self._started = 0.0
        self._tail: deque[str] = deque(maxlen=_TAIL)
        self._amount: tuple[int, int] | None = None
        self._spinner = Spinner("dots")
        self._live = Live(console=target, transient=True, refresh_per_second=8, get_renderable=self._render)

    def __enter__(self) -> Self:
        """Start to draw."""
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave what was done on the terminal."""
        self._finish("✔" if kind is None else "✖", "green" if kind is None else "bold red")
        self._live.stop()

    def step(self, title: str) -> None:
        """Begin a step."""
        self._finish("✔", "green")
        self._title, self._started, self._amount = title, time.monotonic(), None
        self._tail.clear()

    def line(self, text: str) -> None:
        """Show it below the step."""
        shown = last_state(text)
        if shown:
            self._tail.append(shown)

    def amount(self, done: int, total: int) -> None:
        """Draw a bar."""
        self._amount = (done, total)

    def _finish(self, mark: str, style: str) -> None:
        if self._title:
            row = Text.assemble((mark, style), f" {self._title}", (f"  {self._seconds()}", "dim"))
            self._console.print(row, no_wrap=True, overflow="ellipsis")
        self._title = ""

    def _seconds(self) -> str:
        return f"{time.monotonic() - self._started:.0f} s"

    def _render(self) -> RenderableType:
        if not self._title:
            return Text()
        self._spinner.update(text=Text.assemble(self._title, (f"  {self._seconds()}", "dim")))
        parts: list[RenderableType] = [self._spinner]
        if self._amount is not None:
            row = Table.grid(padding=(0, 1))
            done, total = self._amount
            row.add_row(
                " ", ProgressBar(total=max(total, 1), completed=done, width=40), f"{100 * done // max(total, 1)} %"
            )
            parts.append(row)
        parts += [Text(f"    {text}", style="dim", no_wrap=True, overflow="ellipsis") for text in self._tail]
        return Group(*parts)


@contextmanager
def shown_build() -> Iterator[Events]:
    """Show what a build tells, as suits where stderr goes."""
    target = messages.console()
    with LiveDisplay(target) if target.is_terminal else PlainDisplay() as display:

        def take(event: Event) -> None:
            match event.kind:
                case EventKind.STEP:
                    display.step(event.text)
                case EventKind.LINE:
                    display.line(event.text)
                case EventKind.AMOUNT:
                    display.amount(event.done or 0, event.total or 0)
                case _:
                    present(event)

        yield Events(take, undisturbed=undisturbed)
