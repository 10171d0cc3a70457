"""Starts the keeper of a cluster, finds it again, and ends it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from anops_workspaces.failures import WorkspaceError
from anops_workspaces.keeper import FORM, LIMITS, LOCK, LOG, READY
from anops_workspaces.state import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from anops_workspaces.ir import Ir

_LOOK_SECONDS = 0.1
_START_SECONDS = 180
_END_SECONDS = 30
_SHOWN_LINES = 6


def start(place: Path, form: Mapping[str, Any], ir: Ir, doing: Callable[[str], None]) -> dict[str, Any]:
    """Start a keeper, and wait until its cluster can be used.

    Args:
        place: The folder of the workspace.
        form: What it keeps.
        ir: How many workers there are.
        doing: Is told what is waited for, and ends the wait by an exception.

    Returns:
        The addresses of scheduler and dashboard.

    Raises:
        WorkspaceError: It ended or took too long; what it said is in the details.
    """
    (place / READY).unlink(missing_ok=True)
    write_whole(place / FORM, json.dumps(form))
    limit(place, ir.workers.minimum, ir.workers.maximum)
    lock = os.open(place / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with (place / LOG).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  this Python
                [sys.executable, "-m", "anops_workspaces.keeper", str(place), str(lock)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(lock,), start_new_session=True, cwd=place,
            )  # fmt: skip
    finally:
        os.close(lock)
    until = time.monotonic() + _START_SECONDS
    while not (place / READY).is_file():
        doing("waiting for the scheduler")
        if process.poll() is not None or time.monotonic() > until:
            raise WorkspaceError(f"The workspace `{ir.name}` did not start.", details=last_lines(place), remedy=None)
        time.sleep(_LOOK_SECONDS)
    told: dict[str, Any] = json.loads((place / READY).read_text(encoding="utf-8"))
    # it goes on by itself: this process neither waits for it nor warns that it has not
    process.returncode = 0
    return told


def limit(place: Path, minimum: int, maximum: int) -> None:
    """Say how many workers there may be; a keeper that is there hears of it."""
    write_whole(place / LIMITS, json.dumps({"min": minimum, "max": maximum}))


def is_kept(place: Path) -> bool:
    """Say whether a keeper lives."""
    try:
        lock = os.open(place / LOCK, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)


def end(place: Path, doing: Callable[[str], None]) -> None:
    """End a keeper and all that it has started here, gently first; without one nothing happens."""
    until = time.monotonic() + _END_SECONDS
    told = False
    while is_kept(place):
        doing("ending scheduler and workers")
        pid = (place / LOCK).read_text(encoding="ascii")
        late = time.monotonic() > until
        if pid and (late or not told):
            # it has the lock, so that its number is nobody else's
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGTERM) if not late else os.killpg(int(pid), signal.SIGKILL)
            told = True
        time.sleep(_LOOK_SECONDS)


def last_lines(place: Path) -> list[str]:
    """Return what a keeper said last."""
    with suppress(FileNotFoundError):
        lines = (place / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
        return [each.rstrip() for each in lines if each.strip()][-_SHOWN_LINES:]
    return []
