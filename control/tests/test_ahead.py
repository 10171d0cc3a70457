"""What `ao check` begins before it is asked for: found out once, shown when it is wanted, ended with the command."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from anops_control import events
from anops_control.ahead import Ahead
from anops_control.budget import run
from anops_control.events import Event, Events
from anops_control.limits import DEFAULT_SECONDS, Limits, Watch
from anops_control.shared_answer import SharedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_several_threads_ask_and_it_is_found_out_once() -> None:
    asked: list[str] = []
    may_go = threading.Event()

    def find(key: str) -> str:
        asked.append(key)
        may_go.wait(60)
        return f"answer to {key}"

    shared = SharedAnswer(find)
    early = threading.Thread(target=shared.begin, args=("iris",))
    early.start()
    while not asked:
        time.sleep(0.01)
    threading.Timer(0.05, may_go.set).start()

    assert shared("iris") == "answer to iris"
    assert shared("iris") == "answer to iris"
    assert asked == ["iris"]
    assert shared("cars") == "answer to cars"
    early.join()


def test_a_failure_is_told_to_who_asks_and_tried_again_after_that() -> None:
    answers: Iterator[str | ValueError] = iter([ValueError("no such model"), "fits now"])

    def find(_: str) -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    shared = SharedAnswer(find)
    shared.begin("iris")

    with pytest.raises(ValueError, match="no such model"):
        shared("iris")
    assert shared("iris") == "fits now"


def test_what_is_printed_is_shown_once_it_is_wanted() -> None:
    seen: list[Event] = []
    printed, wanted = threading.Event(), threading.Event()

    def find() -> None:
        events.current().line("loading the model", "model")
        events.current().doing("Looking at the model: starting")
        printed.set()
        wanted.wait(60)
        events.current().line("the model is loaded", "model")
        done.set()

    done = threading.Event()
    with events.telling(Events(seen.append)), Ahead() as ahead:
        ahead.begin([find])
        assert printed.wait(60)
        assert seen == []
        ahead.wanted()
        wanted.set()
        assert done.wait(60)

    assert [event.text for event in seen] == ["loading the model", "the model is loaded"]


def test_a_command_that_ends_early_leaves_no_process_behind(tmp_path: Path) -> None:
    begun, ended = threading.Event(), threading.Event()
    pids: list[int] = []

    def find() -> None:
        with (
            suppress(subprocess.SubprocessError),
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process,
            Watch(process.pid, Limits(DEFAULT_SECONDS), lambda _: None),
        ):
            pids.append(process.pid)
            begun.set()
            process.wait()
            ended.set()

    def command() -> None:
        with Ahead() as ahead:
            ahead.begin([find, lambda: run([sys.executable, "-c", ""], what="This", folder=tmp_path)])
            assert begun.wait(60)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        command()

    assert ended.wait(60)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
