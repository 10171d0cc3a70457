"""Begins what takes long before it is asked for, on threads beside, and ends it with the command."""

from __future__ import annotations

import os
from contextvars import copy_context
from threading import Lock, Thread
from typing import TYPE_CHECKING, Self

from anops_control import events
from anops_control.limits import Watched

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anops_control.events import Event

_CORES_FOR_ALL = 4
"""From how many cores on all is begun at once; with fewer, one after the other."""


class Ahead:
    """What is found out beside; as a context, it ends with what it has started.

    What is printed meanwhile is kept until it is wanted: nobody sees a line of what is not looked at yet.
    """

    def __init__(self) -> None:
        """Begin nothing yet."""
        self._processes = Watched()
        self._held = _Held()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.end()

    def begin(self, finds: Sequence[Callable[[], object]]) -> None:
        """Find these out on threads of their own."""
        if (os.cpu_count() or 1) >= _CORES_FOR_ALL:
            for find in finds:
                self._run([find])
        else:
            self._run(finds)

    def wanted(self) -> None:
        """Show what was printed until now, and from now on at once."""
        self._held.show()

    def _run(self, finds: Sequence[Callable[[], object]]) -> None:
        context = copy_context()

        def work() -> None:
            with self._processes.here(), events.telling(self._held.events):
                for find in finds:
                    find()

        Thread(target=context.run, args=(work,), daemon=True).start()


class _Held:
    """Events that are kept until somebody wants them."""

    def __init__(self) -> None:
        self._to = events.current()
        self.events = events.Events(self._take)
        self._lock = Lock()
        self._kept: list[Event] | None = []

    def show(self) -> None:
        with self._lock:
            kept, self._kept = self._kept or [], None
        for event in kept:
            self._to.tell(event)

    def _take(self, event: Event) -> None:
        with self._lock:
            if self._kept is not None:
                if event.kind is not events.EventKind.DOING:
                    self._kept.append(event)
                return
        if event.kind is events.EventKind.DOING:
            self._to.doing(event.text, lasting=event.lasting)
        else:
            self._to.tell(event)
