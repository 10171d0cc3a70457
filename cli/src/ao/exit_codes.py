"""What the exit code of `ao` tells a script."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended; a command returns one, or raises an error that carries one."""

    OK = 0
    """The command did what it was asked."""
    PROBLEM = 1
    """The command found or met a problem: a check failed, a task failed, a prediction was refused."""
    USAGE = 2
    """A command, flag or argument is not one that `ao` knows."""
    PROJECT = 3
    """There is no project here, or its ao.toml can't be used."""
    MODEL = 4
    """The model can't be loaded, or failed."""
    SERVICE = 5
    """A service or a port can't be reached or used."""
    INTERRUPTED = 130
    """Ctrl-C."""
