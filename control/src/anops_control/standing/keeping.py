"""Starts the process that keeps something up, finds it again, and ends it."""

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

from anops_control.left_alone import leave_alone
from anops_control.standing.failure import StandingError
from anops_control.standing.kept import is_held, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FORM, READY, LOG, LOCK = "form.json", "ready.json", "log.txt", "keeper.lock"
_LOOK_SECONDS = 0.1
_START_SECONDS = 180
_END_SECONDS = 30
_SHOWN_LINES = 6


def start(
    place: Path, module: str, form: Mapping[str, Any], doing: Callable[[str], None], *, what: str, awaited: str
) -> dict[str, Any]:
    """Start a keeper, and wait until what it keeps can be used.

    Args:
        place: The folder of what it keeps.
        module: What it runs; it is told the folder and the descriptor of its lock.
        form: What it keeps.
        doing: Is told what is waited for, and ends the wait by an exception.
        what: What it keeps, in words: "The workspace `dev`".
        awaited: What is waited for, in words.

    Returns:
        What it has written when it was ready.

    Raises:
        StandingError: It ended or took too long; what it said is in the details.
    """
    (place / READY).unlink(missing_ok=True)
    write_whole(place / FORM, json.dumps(form))
    lock = os.open(place / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with (place / LOG).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  this Python
                [sys.executable, "-m", module, str(place), str(lock)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(lock,), start_new_session=True, cwd=place,
            )  # fmt: skip
    finally:
        os.close(lock)
    until = time.monotonic() + _START_SECONDS
    while not (place / READY).is_file():
        doing(awaited)
        if process.poll() is not None or time.monotonic() > until:
            raise StandingError(f"{what} did not start.", details=last_lines(place), remedy=None)
        time.sleep(_LOOK_SECONDS)
    told: dict[str, Any] = json.loads((place / READY).read_text(encoding="utf-8"))
    leave_alone(process)
    return told


def own(lock: int) -> None:
    """Have a keeper take the lock that it was started with as its own.

    Whoever can take this lock knows that no keeper lives; no process started from here may hold it.
    """
    os.set_inheritable(lock, False)  # noqa: FBT003  as the library has it
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def is_kept(place: Path) -> bool:
    """Say whether a keeper lives."""
    return is_held(place / LOCK)


def end(place: Path, doing: Callable[[str], None], *, awaited: str, seconds: float = _END_SECONDS) -> None:
    """End a keeper and all that it has started here, gently first; without one nothing happens."""
    until = time.monotonic() + seconds
    told = False
    while is_kept(place):
        doing(awaited)
        pid = (place / LOCK).read_text(encoding="ascii")
        late = time.monotonic() > until
        if pid and (late or not told):
            # it has the lock, so that its number is nobody else's
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGTERM) if not late else os.killpg(int(pid), signal.SIGKILL)
            told = True
        time.sleep(_LOOK_SECONDS)


def last_lines(place: Path, most: int = _SHOWN_LINES) -> list[str]:
    """Return what a keeper said last."""
    with suppress(FileNotFoundError):
        lines = (place / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
        return [each.rstrip() for each in lines if each.strip()][-most:]
    return []
