"""Runs what installs packages: its lines are told, and a failure is a problem with the last of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.building.network_words import says_no_network
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

from anops_control_service.environments.told_program import run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_control.events import Events

_LAST = 10
_NO_SPACE = ("no space left on device", "disk quota exceeded")


def install(
    command: Sequence[str], events: Events, *, folder: Path, env: Mapping[str, str], file: str, source: str
) -> None:
    """Run an installer.

    Args:
        command: The installer and its arguments.
        events: Where its lines are told.
        folder: Where it runs.
        env: Its environment variables.
        file: The file of the project that names the packages.
        source: What its lines come from.

    Raises:
        CommandError: It failed.
    """
    last: list[str] = []

    def hear(line: str) -> None:
        if line:
            last.append(line)
            del last[:-_LAST]
            events.line(line, source)

    try:
        code = run(command, hear, events, env=env, folder=folder)
    except OSError as error:
        raise failure(file, [f"{command[0]}: {error.strerror}."]) from error
    if code:
        raise failure(file, last)


def failure(file: str, last: Sequence[str]) -> CommandError:
    """Say that the packages that a file names can't be installed.

    Args:
        file: The file.
        last: The last lines of the installer.
    """
    said = "\n".join(last).lower()
    if any(words in said for words in _NO_SPACE):
        return CommandError(
            "The environment of the project can't be made: the disk is full.",
            details=last,
            remedy="Free some space where the control service keeps its projects, and ask again.",
            code=Code.DISK_FULL,
        )
    remedy = f"Fix {file}, send it again, and repeat the request."
    if says_no_network(said):
        remedy = "Check that the control service reaches the package registry, or name one that it reaches."
    return CommandError(
        f"The packages that {file} names can't be installed; the last lines of the installer say why.",
        details=last,
        remedy=remedy,
        code=Code.INSTALL_FAILED,
    )
