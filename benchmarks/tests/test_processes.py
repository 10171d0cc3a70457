from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from anops_benchmarks.processes import Command, Running, parse_stat, stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

BUSY = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY + 'time.sleep(60)'!r}])"


def test_a_name_with_blanks_and_brackets_does_not_shift_the_fields() -> None:
    assert parse_stat("17 (a (b) c) S 1 17 17 0") == ["S", "1", "17", "17", "0"]


def test_processor_time_and_memory_are_of_the_whole_tree(tmp_path: Path) -> None:
    running = Running.start([Command([sys.executable, "-c", PARENT], tmp_path)], tmp_path / "log")
    try:
        wait(lambda: running.cpu_seconds() >= 0.3)

        assert len(running.tree()) == 2
        assert running.memory_mb() > 2
    finally:
        stop([running])
    assert running.tree() == set()
    assert running.ended()


def test_a_frozen_tree_uses_no_processor_until_it_goes_on(tmp_path: Path) -> None:
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {'while True: pass'!r}])"
    running = Running.start([Command([sys.executable, "-c", program], tmp_path)], tmp_path / "log")
    try:
        wait(lambda: len(running.tree()) == 2)
        running.freeze()
        frozen = running.cpu_seconds()
        time.sleep(0.3)
        assert running.cpu_seconds() - frozen <= 0.02  # two ticks of the kernel's clock

        running.thaw()
        wait(lambda: running.cpu_seconds() > frozen + 0.1)
        running.freeze()
    finally:
        stop([running])
    assert running.tree() == set()


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_peer_does_not_inherit_what_a_machine_sets_for_its_own_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    program = "import os; print(sorted(os.environ.keys() & {'PYTHONDONTWRITEBYTECODE', 'OMP_NUM_THREADS', 'MINE'}))"
    running = Running.start([Command([sys.executable, "-c", program], tmp_path, {"MINE": "1"})], tmp_path / "log")
    for root in running.roots:
        root.wait(90)

    assert (tmp_path / "log").read_text() == "['MINE', 'OMP_NUM_THREADS']\n"
