"""Shows a person what a verb tells."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from anops_control.events import EventKind, Events, telling
from rich.prompt import Prompt

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from anops_control.events import Event
    from rich.status import Status


_BAR = 24
"""How many signs a bar has."""


def present(event: Event) -> None:
    """Show an event that is a message."""
    match event.kind:
        case EventKind.NOTE:
            messages.note(event.text)
        case EventKind.SUCCESS:
            messages.success(event.text)
        case EventKind.WARNING:
            messages.warning(event.text, remedy=event.remedy)
        case EventKind.ERROR if event.findings:
            messages.findings(event.findings)
        case EventKind.ERROR:
            messages.error(event.text, details=event.details, remedy=event.remedy, code=event.code)
        case EventKind.LINE:
            messages.printed(event.text)
        case _:
            pass


class _Progress:
    """Messages as lines; what is being done as a line that changes, on a terminal."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._text = ""

    def take(self, event: Event) -> None:
        """Show an event."""
        if event.kind is EventKind.AMOUNT:
            self._amount(event.done or 0, event.total or 0)
            return
        if event.kind is not EventKind.DOING:
            present(event)
            return
        target = messages.console()
        self._text = event.text
        if not target.is_terminal:
            if event.lasting:
                messages.note(event.text)
        elif not event.text:
            self.stop()
        elif self._status is None:
            self._status = target.status(f"{event.text} …")
            self._status.start()
        else:
            self._status.update(f"{event.text} …")

    def _amount(self, done: int, total: int) -> None:
        """Show how much of it is done, as a bar in the line."""
        if self._status is not None and total:
            full = _BAR * done // total
            self._status.update(f"{self._text} {'━' * full}{' ' * (_BAR - full)} {100 * done // total} %")

    def stop(self) -> None:
        """Take the line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def answer(self, question: str, choices: Sequence[str]) -> str:
        """Ask the person."""
        self.stop()
        return Prompt.ask(question, console=messages.console(), choices=list(choices))


@contextmanager
def presented(agree: Callable[[Any], bool] | None = None) -> Iterator[Events]:
    """Show what is told meanwhile, and let questions be answered where a person is at the terminal.

    Args:
        agree: Asks whether what a verb found may be done.
    """
    progress = _Progress()
    asks = sys.stdin.isatty() and messages.console().is_terminal
    events = Events(progress.take, answer=progress.answer if asks else None, agree=agree)
    try:
        with telling(events):
            yield events
    finally:
        progress.stop()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Finish what takes a moment, also where a person is impatient."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def signals_cancel(events: Events) -> Iterator[None]:
    """Let Ctrl-C and the signals that end a program cancel a verb, which tidies up.

    The handler itself says nothing: it may have come in the midst of another message.
    """

    def cancel(*_: object) -> None:
        events.cancel()

    before = {number: signal.signal(number, cancel) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def signals_interrupt() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the command as Ctrl-C does, so that it tidies up."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
