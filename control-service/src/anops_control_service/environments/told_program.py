"""Runs a program whose lines are told as they come, and ends it with all that it started where nobody wants it."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

from anops_control.events import CancelledError
from anops_control.limits import any_runs, kill_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from anops_control.events import Events

_LOOK_SECONDS = 0.02


def run(
    command: Sequence[str],
    hear: Callable[[str], None],
    events: Events,
    *,
    env: Mapping[str, str],
    folder: Path | None = None,
) -> int:
    """Run a program.

    Args:
        command: The program and its arguments.
        hear: Called with each line that it writes, without its end; what it raises ends the program.
        events: Say when it is wanted no more.
        env: Its environment variables.
        folder: Where it runs.

    Returns:
        Its exit code.

    Raises:
        OSError: It can't be started.
        CancelledError: It is wanted no more; nothing that it started runs any longer.
    """
    process: subprocess.Popen[str] | None = None
    killed: set[int] = set()

    def end() -> None:
        if process is not None and process.returncode is None:
            killed.update(kill_tree(process.pid))

    # told by an exception, it would be lost while a program starts: nobody has its number yet
    with events.on_cancel(end):
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
                if events.is_cancelled:  # before there was a process to end
                    end()
                for line in process.stdout or ():
                    hear(line.rstrip())
                code = process.wait()
            except BaseException:
                end()
                raise
            finally:
                while any_runs(killed):  # each may be writing the last of its files
                    time.sleep(_LOOK_SECONDS)
        if events.is_cancelled:
            raise CancelledError
        return code
