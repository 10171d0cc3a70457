"""What a verb tells while it works: one shape of progress for a terminal, a log, a job and a stream."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from anops_control.findings import Finding


class EventKind(StrEnum):
    """What an event tells."""

    STEP = "step"
    """A step begins; the one before has succeeded."""
    DOING = "doing"
    """What is being done within a step, in place of what was told before; an empty text: nothing any more."""
    LINE = "line"
    """A line that something printed: a step, a service, a task."""
    AMOUNT = "amount"
    """How much of a step is done."""
    NOTE = "note"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    STATE = "state"
    """Something has changed that a program wants to know: its `facts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that a verb tells; all of it can be written as JSON.

    Attributes:
        kind: What it tells.
        text: A sentence or a line for a person; empty where there is none.
        details: Further facts, one bullet each.
        remedy: What fixes it, where something must be fixed.
        code: The code of a problem.
        source: What a line or a state comes from: a service, a task.
        findings: What was found in the project, as `Finding.to_dict()` gives it.
        done: How much is done, in any unit.
        total: Of how much.
        lasting: Whether it is worth a line in a log, where nothing can be overwritten: it has lasted for a while.
        facts: What a program wants to know.
    """

    kind: EventKind
    text: str = ""
    details: Sequence[str] = ()
    remedy: str | None = None
    code: str | None = None
    source: str | None = None
    findings: Sequence[Finding] = ()
    done: int | None = None
    total: int | None = None
    lasting: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return what it tells, for JSON, without what is empty."""
        told: dict[str, Any] = {"kind": self.kind.value}
        for name in ("text", "details", "remedy", "code", "source", "done", "total", "lasting", "facts"):
            value = getattr(self, name)
            if value or (value == 0 and value is not False):
                told[name] = list(value) if name == "details" else dict(value) if name == "facts" else value
        if self.findings:
            told["findings"] = [finding.to_dict() for finding in self.findings]
        return told


class CancelledError(Exception):
    """Whoever asked for a verb wants it no more."""


def _nobody(_: Event) -> None:
    """Take no notice."""


class Events:
    """Where a verb tells what it does, and hears that it is wanted no more."""

    def __init__(
        self,
        take: Callable[[Event], None] = _nobody,
        *,
        answer: Callable[[str, Sequence[str]], str] | None = None,
        agree: Callable[[Any], bool] | None = None,
        undisturbed: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Say where it goes.

        Args:
            take: Is given each event.
            answer: Answers a question that can't be answered otherwise: its text and the choices. None: nobody can.
            agree: Says whether what a verb found may be done. None: it may.
            undisturbed: Lets what takes a moment be finished, also where a person is impatient.
        """
        self._take = take
        self.answer = answer
        self.agree = agree
        self.undisturbed = undisturbed
        self._cancelled = False
        self._ends: list[Callable[[], object]] = []

    def tell(self, event: Event) -> None:
        """Tell an event.

        Raises:
            CancelledError: The verb is wanted no more.
        """
        if self.is_cancelled and not self._ends:
            raise CancelledError
        self._take(event)

    @property
    def is_cancelled(self) -> bool:
        """Whether the verb is wanted no more."""
        return self._cancelled

    @property
    def ends_itself(self) -> bool:
        """Whether the verb has said how it ends."""
        return bool(self._ends)

    def cancel(self) -> None:
        """Say that the verb is wanted no more; a second time: that it is to end at once.

        Any thread and the handler of a signal may say so: it takes no lock.
        """
        self._cancelled = True
        for end in tuple(self._ends):
            end()

    @contextmanager
    def on_cancel(self, end: Callable[[], object]) -> Iterator[None]:
        """Let a verb end itself meanwhile: what is given is called at each `cancel()`, and no event ends it."""
        self._ends.append(end)
        try:
            yield
        finally:
            self._ends.remove(end)

    @contextmanager
    def heard_by(self, other: Callable[[Event], None]) -> Iterator[None]:
        """Let another hear meanwhile what is told."""
        take = self._take

        def both(event: Event) -> None:
            other(event)
            take(event)

        self._take = both
        try:
            yield
        finally:
            self._take = take

    def step(self, title: str) -> None:
        """Say that the step before has succeeded, and what is done now."""
        self.tell(Event(kind=EventKind.STEP, text=title))

    def doing(self, text: str, *, lasting: bool = False) -> None:
        """Say what is being done, in place of what was said before; it ends no verb, so any thread may say it."""
        self._take(Event(kind=EventKind.DOING, text=text, lasting=lasting))

    def idle(self) -> None:
        """Say that nothing is being done any more."""
        self.doing("")

    def line(self, text: str, source: str | None = None) -> None:
        """Show a line that something has printed."""
        self.tell(Event(kind=EventKind.LINE, text=text, source=source))

    def amount(self, done: int, total: int) -> None:
        """Show how much of the step is done, in any unit."""
        self.tell(Event(kind=EventKind.AMOUNT, done=done, total=total))

    def note(self, text: str) -> None:
        """Say something worth knowing."""
        self.tell(Event(kind=EventKind.NOTE, text=text))

    def success(self, text: str, **facts: object) -> None:
        """Say that something is done."""
        self.tell(Event(kind=EventKind.SUCCESS, text=text, facts=facts))

    def warning(self, text: str, *, remedy: str | None = None) -> None:
        """Say something that may surprise."""
        self.tell(Event(kind=EventKind.WARNING, text=text, remedy=remedy))

    def state(self, facts: Mapping[str, Any], *, text: str = "", source: str | None = None) -> None:
        """Tell programs that something has changed."""
        self.tell(Event(kind=EventKind.STATE, text=text, source=source, facts=facts))


_current: ContextVar[Events | None] = ContextVar("_current", default=None)


def current() -> Events:
    """Return where the verb at work tells what it does: parts far below it need not be given it."""
    return _current.get() or Events()


@contextmanager
def telling(events: Events) -> Iterator[None]:
    """Let everything that is done meanwhile tell there what it does."""
    token = _current.set(events)
    try:
        yield
    finally:
        _current.reset(token)
