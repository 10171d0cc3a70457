"""Folders that are made once for what they are made from, and kept; who needs one meanwhile waits."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from anops_control.events import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from anops_control.events import Events

_MADE = ".made"
_UNUSED_SECONDS = 60 * 24 * 3600.0
_LOOK_SECONDS = 0.2


def key_of(*parts: str | bytes) -> str:
    """Return the name of what is made from some texts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()[:20]


def kept(home: Path, key: str) -> Path | None:
    """Return a folder that was made before, and say that it is used; None where it was not, or not to its end."""
    made = home / key / _MADE
    if not made.exists():
        return None
    made.touch()
    return home / key


def made_once(home: Path, key: str, make: Callable[[Path], None], events: Events) -> Path:
    """Return a folder; where it is not kept, make it, or wait until another job has.

    Args:
        home: Where all of them are.
        key: Its name, from what it is made of.
        make: Makes it, at the place that it keeps. Where that fails, nothing of it stays.
        events: Where it is told that another job makes it.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(home / f"{key}.lock", events, "Another job is making this environment; waiting for it"):
        found = kept(home, key)
        if found is not None:
            return found
        folder = home / key
        shutil.rmtree(folder, ignore_errors=True)  # of a job that was killed
        with events.on_cancel(lambda: None):  # to the end of a step, and then no further
            try:
                make(folder)
                _go_on(events)
                (folder / _MADE).touch()
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        _go_on(events)
        return folder


def _go_on(events: Events) -> None:
    if events.is_cancelled:
        raise CancelledError


def forget_unused(home: Path, now: float) -> None:
    """Remove what no job has used for two months; to be called while none runs."""
    for made in home.glob(f"*/{_MADE}"):
        if now - made.stat().st_mtime > _UNUSED_SECONDS:
            made.unlink()
            shutil.rmtree(made.parent, ignore_errors=True)
            (home / f"{made.parent.name}.lock").unlink(missing_ok=True)


@contextmanager
def alone(lock: Path, events: Events, waiting: str) -> Iterator[None]:
    """Let one process at a time do something; the lock goes with the process that has it."""
    with lock.open("a") as file:
        told = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    events.note(f"{waiting}.")
                    told = True
                time.sleep(_LOOK_SECONDS)
        yield
