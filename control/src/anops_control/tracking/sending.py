"""Sends runs that wait to whoever keeps them; where that can't be, they wait on."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.child_environment import child_environment
from anops_control.errors import CommandError
from anops_control.left_alone import leave_alone
from anops_control.surroundings import Surroundings, surrounded
from anops_control.tracking.opening import FOLDER, GROUP, away, keeper_of, place_of
from anops_control.tracking.port import AwayError, NotKeptError
from anops_control.tracking.recording import read_waiting, waiting

if TYPE_CHECKING:
    from anops_control.events import Events
    from anops_control.tracking.opening import TrackingPlace
    from anops_control.tracking.port import Keeper


def send(place: TrackingPlace, events: Events) -> list[str]:
    """Send what waits; nothing is lost where it can't be sent: that is told, with what to do.

    Returns:
        The ids of the runs that were sent.
    """
    folders = waiting(place.home)
    if not folders:
        return []
    try:
        return send_to(keeper_of(place), place)
    except (AwayError, CommandError) as error:
        failure = error if isinstance(error, CommandError) else away(place, error)
        count = len(folders)
        runs = "The run is kept here" if count == 1 else f"{count} runs are kept here"
        events.warning(f"{runs}, below .anops, and sent later. {failure.message}", remedy=failure.remedy)
        return []


def send_later(place: TrackingPlace) -> None:
    """Send what waits by a process of its own; where it can't, the next command that looks at runs does."""
    if waiting(place.home) and entry_points(group=GROUP):
        sender = subprocess.Popen(  # noqa: S603  this Python
            [sys.executable, "-P", "-c", f"from {__name__} import send_from; send_from({str(place.home)!r})"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=child_environment(),
        )
        leave_alone(sender)


def send_to(keeper: Keeper, place: TrackingPlace) -> list[str]:
    """Send what waits; of two that send at once, one waits for the other.

    Raises:
        AwayError: Who keeps them does not answer; what was not sent waits on.
    """
    with (place.home / FOLDER / "pending" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _sent(keeper, place)


def _sent(keeper: Keeper, place: TrackingPlace) -> list[str]:
    sent = []
    for folder in waiting(place.home):
        with tempfile.TemporaryDirectory(prefix="ao-run-") as work:
            new = read_waiting(folder, Path(work))
            if new is None:
                folder.rename(folder.with_name(f"{folder.name}.unreadable"))
                continue
            try:
                sent.append(keeper.keep_run(new))
            except NotKeptError as error:  # the run that it was to be added to was deleted meanwhile
                raise AwayError(str(error)) from error
        shutil.rmtree(folder, ignore_errors=True)
    return sent


def send_from(home: str) -> None:
    """Send what waits in a project, in a process of its own."""
    with surrounded(Surroundings.of(child_environment())):
        place = place_of(Path(home))
        send_to(keeper_of(place), place)
