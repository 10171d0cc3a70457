"""An installer that is cancelled, at whatever moment, leaves neither a process nor a folder."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import psutil
import pytest
from anops_control.events import CancelledError, Events
from anops_control.verb_process import interrupt
from anops_control_service.environments.installer import install
from anops_control_service.environments.kept import made_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MOMENTS = [0.0003 * (count + 1) for count in range(30)]
"""Seconds: before a program is started, as it starts, and as it writes."""
PROGRAM = 'i=0; sleep 600 & while :; do mkdir -p "$1/$i"; i=$((i + 1)); done'


@pytest.fixture
def events() -> Iterator[Callable[[], Events]]:
    """Make what is cancelled by a signal, as a job is: where it has not said how it ends, it is interrupted."""
    before = signal.getsignal(signal.SIGALRM)

    def new() -> Events:
        told = Events()
        signal.signal(signal.SIGALRM, lambda *_: interrupt(told))
        return told

    yield new
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_cancelled_at_any_moment_nothing_runs_and_nothing_stays(tmp_path: Path, events: Callable[[], Events]) -> None:
    for moment in MOMENTS:
        told = events()

        def make(folder: Path, moment: float = moment, told: Events = told) -> None:
            signal.setitimer(signal.ITIMER_REAL, moment)
            command = ["sh", "-c", PROGRAM, "sh", str(folder)]
            install(command, told, folder=tmp_path, env=dict(os.environ), file="requirements.txt", source="sh")

        with pytest.raises((CancelledError, KeyboardInterrupt)):
            made_once(tmp_path / "home", "key", make, told)
        assert not (tmp_path / "home/key").exists()
        running = [each for each in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(each.info["cmdline"])]
        assert running == []
