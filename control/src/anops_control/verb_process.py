"""A process that runs one verb for another: it tells lines of JSON, and may be cancelled."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_control.events import Events


def own_stdout() -> Callable[[str, Any], None]:
    """Keep the standard output for lines of JSON, and return what writes one of a key and a value, on any thread.

    Whatever else is printed goes to the standard error: what a model prints is no line of ours.
    """
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lock = threading.Lock()

    def write(key: str, value: Any) -> None:  # noqa: ANN401  what JSON can write
        with lock:
            told.write(json.dumps({key: value}) + "\n")
            told.flush()

    return write


def interrupt(events: Events) -> None:
    """Cancel a verb in the handler of a signal: one that has not said how it ends is interrupted, as by Ctrl-C."""
    was = events.is_cancelled
    events.cancel()
    if not was and not events.ends_itself:
        raise KeyboardInterrupt  # what was begun tidies up
