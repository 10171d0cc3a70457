"""What Linux alone does with processes or tells of them: an end with the parent, a name, whether one is stopped."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

_SET_PDEATHSIG = 1
_SET_NAME = 15
_SET_CHILD_SUBREAPER = 36


def _prctl(option: int, value: int | bytes) -> bool:
    if sys.platform != "linux":
        return False
    argument = ctypes.c_char_p(value) if isinstance(value, bytes) else ctypes.c_ulong(value)
    return bool(ctypes.CDLL(None).prctl(option, argument, 0, 0, 0) == 0)


def take_orphans() -> bool:
    """Become the parent of what one's children leave behind.

    Returns:
        Whether the system does that, and can tell this process of their end.
    """
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return _prctl(_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int) -> None:
    """Ask the system to end this process with its parent, however that ends; elsewhere the closed pipe does it.

    Args:
        parent: The parent's process ID: this process ends now where it has another one already.
    """
    if _prctl(_SET_PDEATHSIG, signal.SIGKILL) and os.getppid() != parent:
        os._exit(0)


def set_name(name: str) -> None:
    """Show a name in `ps` and `top`.

    Args:
        name: At most 15 bytes.
    """
    _prctl(_SET_NAME, name.encode())


def is_stopped(pid: int) -> bool:
    """Say whether a process was stopped (SIGSTOP); False where the system does not tell."""
    try:
        # the name before it may hold anything, also a parenthesis
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2][:1] in {b"T", b"t"}
    except OSError:
        return False


def give_memory_back() -> None:
    """Let the C library return free memory to the system."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)


def resident_mb(pid: int | str = "self") -> float:
    """Return a process's resident memory in MiB, shared or not; 0 where the system does not tell."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123  a few µs, per request
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except OSError:
        return 0.0
