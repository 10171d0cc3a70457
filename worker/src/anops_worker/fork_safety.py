"""Whether a process may be forked: a copy shares what the original holds, and lacks its threads."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_TASKS = Path("/proc/self/task")
_FILES = Path("/proc/self/fd")


def open_files() -> dict[int, str]:
    """Return the open file descriptors of this process, each with what it is open on."""
    found = {}
    for entry in list(_FILES.iterdir()):
        with suppress(OSError):  # the one that listed them is closed
            found[int(entry.name)] = str(entry.readlink())
    return found


def why_not_to_fork(before: dict[int, str], pipe: int) -> str | None:
    """Say why this process must not be forked.

    Threads don't live on in a copy, and the locks that they hold stay locked there. Two processes that share
    a connection or the position in an open file disturb each other.

    Args:
        before: What was open before the model was loaded.
        pipe: The descriptor that a worker is to have.

    Returns:
        The end of the sentence "workers can't be forked: …", or None.
    """
    threads = sum(1 for _ in _TASKS.iterdir())
    if threads > 1:
        return f"the model's code has started {threads - 1} more thread{'s' if threads > 2 else ''}"
    for descriptor, target in open_files().items():
        if descriptor != pipe and before.get(descriptor) != target and not _is_harmless(target):
            kind = "connection" if target.startswith("socket:") else "file"
            return f"the model's code keeps a {kind} open ({target})"
    return None


def _is_harmless(target: str) -> bool:
    """Say whether sharing it disturbs nobody: devices such as /dev/urandom have no position."""
    return target.startswith("/dev/")
