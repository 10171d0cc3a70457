"""Ends a process that takes too long or too much memory, with everything it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

GIGABYTE = 1 << 30
DEFAULT_SECONDS = 300.0
_PROC = Path("/proc")
_ENDED = frozenset("ZX")
"""How `/proc` writes that a process has ended, and waits for who started it to ask how."""
_SHARE = 0.75
"""How much of the memory that is free a process may take where nobody said how much."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may take.

    Attributes:
        seconds: How long.
        memory_bytes: How much memory, with everything it started; None for any.
        told_seconds: What a person is told of where `seconds` is only the rest of it.
    """

    seconds: float = DEFAULT_SECONDS
    memory_bytes: int | None = None
    told_seconds: float | None = None

    @property
    def words(self) -> str:
        """The limit of time, as a person gave it."""
        return f"{self.told_seconds or self.seconds:g} seconds"

    @classmethod
    def of(cls, seconds: float | None, gigabytes: float | None, *, default: float = DEFAULT_SECONDS) -> Self:
        """Return what a person asked for, else the defaults: 300 seconds, three quarters of the free memory."""
        free = _free_memory()
        memory = int(gigabytes * GIGABYTE) if gigabytes else free and int(free * _SHARE)
        return cls(seconds or default, memory)


class Watched:
    """The processes that are watched at the moment, so that whoever wants them no more can end them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._pids: set[int] = set()
        self._ended = False

    @contextmanager
    def here(self) -> Iterator[None]:
        """Count in what is watched meanwhile, on this thread."""
        token = _watched.set(self)
        try:
            yield
        finally:
            _watched.reset(token)

    def end(self) -> None:
        """Kill them all, with everything they started, and whichever begins from now on."""
        with self._lock:
            self._ended = True
            for pid in self._pids:
                kill_tree(pid)

    def begun(self, pid: int) -> None:
        """Count a process in."""
        with self._lock:
            self._pids.add(pid)
            if self._ended:
                kill_tree(pid)

    def over(self, pid: int) -> None:
        """Count a process out, before its number can be another's."""
        with self._lock:
            self._pids.discard(pid)


_watched: ContextVar[Watched | None] = ContextVar("_watched", default=None)


class Watch:
    """Watches one process until it ends.

    Attributes:
        broken: The limit that it broke, in words: "300 seconds"; None where it keeps within both.
    """

    def __init__(self, pid: int, limits: Limits, each_second: Callable[[float], None]) -> None:
        """Begin to watch.

        Args:
            pid: The process.
            limits: What it may take.
            each_second: Called about once a second with the seconds that it runs.
        """
        self.broken: str | None = None
        self._pid, self._limits, self._each_second = pid, limits, each_second
        self._over = threading.Event()
        self._watched = _watched.get()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        if self._watched is not None:
            self._watched.begun(self._pid)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._watched is not None:
            self._watched.over(self._pid)
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        begin, told = time.monotonic(), 0.0
        while not self._over.wait(0.1):
            spent = time.monotonic() - begin
            memory = self._limits.memory_bytes
            if spent > self._limits.seconds:
                self.broken = self._limits.words
            elif memory is not None and _resident_bytes(self._pid) > memory:
                self.broken = f"{memory / GIGABYTE:.3g} GB of memory"
            if self.broken:
                kill_tree(self._pid)
                return
            if spent - told >= 1:
                told = spent
                self._each_second(spent)


def kill_tree(pid: int) -> list[int]:
    """Kill a process with everything it started, and return which processes these are."""
    found: list[int] = []
    # what stands still starts no further process between the look and the kill
    while new := [each for each in [pid, *_descendants(pid)] if each not in found]:
        found += new
        _send(signal.SIGSTOP, new)
    _send(signal.SIGKILL, found)
    return found


def any_runs(pids: Collection[int]) -> bool:
    """Say whether a process has not ended yet."""
    return any(pid in pids for pid, _ in _parents())


def _send(number: signal.Signals, pids: Iterable[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _resident_bytes(pid: int) -> int:
    if not _PROC.is_dir():
        shown = _ps("-o", "rss=", "-p", ",".join(str(each) for each in [pid, *_descendants(pid)]))
        return 1024 * sum(int(line) for line in shown)
    pages = 0
    for each in [pid, *_descendants(pid)]:
        with contextlib.suppress(OSError, IndexError, ValueError):
            pages += int((_PROC / str(each) / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found: list[int] = []
    open_ = [pid]
    while open_:
        below = children.get(open_.pop(), [])
        found += below
        open_ += below
    return found


def _parents() -> list[tuple[int, int]]:
    """Return each process that has not ended, with the one that started it."""
    if not _PROC.is_dir():
        lines = [line.split() for line in _ps("-axo", "pid=,ppid=,state=")]
        return [(int(pid), int(parent)) for pid, parent, state in lines if not state.startswith("Z")]
    found = []
    # plain names and bytes: a computer may have thousands of processes, and this is asked again and again
    for name in os.listdir(_PROC):  # noqa: PTH208
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError), open(f"{_PROC}/{name}/stat", "rb") as stat:  # noqa: PTH123
                # the name before it, in brackets, may hold anything
                state, parent = stat.read().rpartition(b")")[2].split(maxsplit=2)[:2]
                if state.decode() not in _ENDED:
                    found.append((int(name), int(parent)))
    return found


def _ps(*arguments: str) -> list[str]:
    shown = subprocess.run(["ps", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return shown.stdout.splitlines()


def _free_memory() -> int | None:
    """Return the bytes that are free here: of the computer, or of the container that this runs in."""
    bounds = []
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = (_PROC / "meminfo").read_text().splitlines()
        bounds.append(1024 * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]))
    cgroup = Path("/sys/fs/cgroup")
    for most, used in (
        (cgroup / "memory.max", cgroup / "memory.current"),
        (cgroup / "memory/memory.limit_in_bytes", cgroup / "memory/memory.usage_in_bytes"),
    ):
        with contextlib.suppress(OSError, ValueError):  # "max" is no number: there is no limit
            bounds.append(int(most.read_text()) - int(used.read_text()))
    with contextlib.suppress(OSError, ValueError, AttributeError):
        if not bounds:
            bounds.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return max(min(bounds), GIGABYTE // 2) if bounds else None
