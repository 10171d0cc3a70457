from __future__ import annotations

import io
import signal

import pytest
from anops_control.building.last_state import last_state
from ao.building.display import LiveDisplay
from rich.console import Console


def shown(width: int = 60) -> tuple[LiveDisplay, io.StringIO]:
    written = io.StringIO()
    return LiveDisplay(Console(file=written, force_terminal=True, width=width, color_system=None)), written


def test_a_finished_step_stays_with_its_seconds() -> None:
    display, written = shown()
    with display:
        display.step("Packing the project's files")
        display.line("Collecting numpy")
        display.amount(50, 200)
        display.step("Running the tests")
    text = written.getvalue()
    assert "✔ Packing the project's files  0 s" in text
    assert "✔ Running the tests  0 s" in text


def test_the_step_that_failed_is_marked() -> None:
    display, written = shown()

    def push() -> None:
        with display:
            display.step("Pushing")
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        push()
    assert "✖ Pushing  0 s" in written.getvalue()


def test_of_a_line_that_overwrites_itself_the_last_state_counts() -> None:
    assert last_state("\x1b[1m 10%\r 90%\x1b[0m\r\n") == " 90%"
