"""Runs a program whose lines are told as they come, and ends it with all that it started where nobody wants it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from anops_control.limits import kill_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


def run(
    command: Sequence[str], hear: Callable[[str], None], *, env: Mapping[str, str], folder: Path | None = None
) -> int:
    """Run a program.

    Args:
        command: The program and its arguments.
        hear: Called with each line that it writes, without its end; what it raises ends the program.
        env: Its environment variables.
        folder: Where it runs.

    Returns:
        Its exit code.

    Raises:
        OSError: It can't be started.
    """
    with subprocess.Popen(  # noqa: S603  an installer of packages
        command,
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                hear(line.rstrip())
            return process.wait()
        except BaseException:
            kill_tree(process.pid)
            raise
