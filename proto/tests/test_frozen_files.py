from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEPT = """
import sys
from pathlib import Path
from anops_model_interface.outcome_log import Outcome, OutcomeStore

store = OutcomeStore(Path(sys.argv[1]))
def add(number):
    try:
        return store.add([Outcome(outcome=number, time=1.0, request_id=str(number))], received=1.0).new
    except OSError as error:
        return error
print(add(1), flush=True)
sys.stdin.readline()
print(add(2), flush=True)
sys.stdin.readline()
print(add(3), store.count(), flush=True)
sys.stdin.readline()
store.close()
"""


@contextmanager
def _frozen(folder: Path) -> Iterator[None]:
    files = [str(file) for file in folder.iterdir()]
    done = subprocess.run(["chattr", "+i", *files], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("files can be made immutable only by root, on a disk")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", *files], check=True)


def test_files_that_became_immutable_are_an_error_and_not_the_end_of_the_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KEPT, str(tmp_path / "log.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def goes_on() -> str:
            process.stdin.write("\n")
            process.stdin.flush()
            return process.stdout.readline()

        assert process.stdout.readline() == "1\n"
        with _frozen(tmp_path):
            assert "may not be written" in goes_on()
        assert goes_on() == "1 2\n"
        with _frozen(tmp_path):  # closing writes, too
            process.stdin.close()
            assert process.wait(30) == 0
