"""A process that answers in JSON ends once it has answered."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import threading, time
from anops_worker.json_stdout import answer_on_stdout, leave
threading.Thread(target=time.sleep, args=(600,)).start()
leave(answer_on_stdout(lambda: {"answer": 1}))
"""


def test_a_thread_of_a_model_does_not_keep_the_process_from_ending() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=300, check=True)
    assert ended.stdout == '{"answer": 1}\n'
