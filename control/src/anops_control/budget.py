"""One limit of time and memory for everything that a command starts, one thing after the other."""

from __future__ import annotations

import math
import subprocess
import tempfile
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.limits import Limits, Watch, kill_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_NO_LIMITS = Limits(math.inf)
MORE = "Allow more with --max-seconds N or --max-memory-gb N"

_whole: ContextVar[tuple[Limits, float] | None] = ContextVar("_whole", default=None)


class LimitError(CommandError):
    """A limit was reached, and a process was ended before it gave an answer, or not begun.

    Attributes:
        limit: The limit: "300 seconds".
        doing: What was being done, where that is known.
    """

    def __init__(self, what: str, limit: str, doing: str | None = None, *, remedy: str = f"{MORE}.") -> None:
        meanwhile = f" while {doing}" if doing else ""
        super().__init__(
            f"{what} was ended{meanwhile}: it took more than {limit}, its limit.",
            remedy=remedy,
            code=Code.MODEL_LIMIT,
        )
        self.limit, self.doing = limit, doing


@contextmanager
def limited(limits: Limits) -> Iterator[None]:
    """Let everything that is started meanwhile take no more than this together."""
    token = _whole.set((limits, time.monotonic() + limits.seconds))
    try:
        yield
    finally:
        _whole.reset(token)


def left(what: str) -> Limits:
    """Return what may still be taken.

    Args:
        what: What is about to be started, for the message: "Looking at the model".

    Raises:
        LimitError: No time is left.
    """
    whole = _whole.get()
    if whole is None:
        return _NO_LIMITS
    limits, end = whole
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise LimitError(what, limits.words)
    return Limits(seconds, limits.memory_bytes, told_seconds=limits.seconds)


def run(
    command: Sequence[str], *, what: str, folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program in a project's folder, and return what it said.

    Args:
        command: The program with its arguments.
        what: What it does, for the message: "The test run".
        folder: Where it runs.
        env: Its environment; by default that of this process.

    Raises:
        LimitError: It reached the limit, and was ended with everything that it started.
    """
    limits = left(what)
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        subprocess.Popen(  # noqa: S603  the person's own programs
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        ) as process,
        Watch(process.pid, limits, lambda _: None) as watch,
    ):
        try:
            code = process.wait()
        except BaseException:
            kill_tree(process.pid)
            raise
        if watch.broken:
            raise LimitError(what, watch.broken)
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode(errors="replace"))
    return subprocess.CompletedProcess(command, code, *said)
