"""How a process ended, in words: its exit code or signal, and what to do about it."""

from __future__ import annotations

import signal
from contextlib import suppress


def describe_exit(status: int) -> str:
    """Say how a process ended: "exit code 1", "signal SIGKILL"."""
    if status >= 0:
        return f"exit code {status}"
    with suppress(ValueError):
        return f"signal {signal.Signals(-status).name}"
    return f"signal {-status}"


def remedy_for(status: int) -> str | None:
    """Say what to do about an end that has one usual cause."""
    if status == -signal.SIGKILL:
        return "If nobody killed it, the machine ran out of memory: give it more, or use fewer workers."
    return None
