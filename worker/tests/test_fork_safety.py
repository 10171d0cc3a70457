from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from anops_worker.fork_safety import open_files, why_not_to_fork
before = open_files()
{code}
print(why_not_to_fork(before, -1))
"""


def reason(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(code=code)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_process_with_one_thread_and_no_open_files_may_be_forked() -> None:
    assert reason("keep = open('/dev/urandom', 'rb')") == "None"


def test_threads_of_the_models_code_are_counted() -> None:
    code = (
        "import threading, time\nfor _ in range(2): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    )
    assert reason(code) == "the model's code has started 2 more threads"


def test_an_open_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("1")
    assert reason(f"keep = open({str(path)!r})") == f"the model's code keeps a file open ({path})"


def test_an_open_connection_is_named() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        code = f"import socket; keep = socket.create_connection(('127.0.0.1', {server.getsockname()[1]}))"
        assert reason(code).startswith("the model's code keeps a connection open (socket:")
