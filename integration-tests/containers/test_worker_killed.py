"""A worker that is killed inside its container is replaced, and no caller notices."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from engine import wait_until
from little_models import MODELS, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from engine import Engine, Stack

MODELS["python"]["tells"] = (
    "import time; print('begun', flush=True); time.sleep(options['seconds']); return data['a'] + data['b']"
)
MODELS["r"]["tells"] = "{ cat('begun\\n'); Sys.sleep(list(...)$seconds); newdata$a + newdata$b }"
CHILDREN = """
import json, os, pathlib, signal, sys
found = []
for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
    # after the program's name in parentheses: the state, then the parent
    state, parent = path.read_text().rpartition(")")[2].split()[:2]
    if parent == "1" and state != "Z":
        found.append(int(path.parent.name))
for process in map(int, sys.argv[1:]):
    os.kill(process, signal.SIGKILL)
print(json.dumps([process for process in found if process != os.getpid()]))
"""


def stack_of(engine: Engine, folder: Path, language: str) -> Stack:
    project = write_project(folder, language, "tells", options='seconds = { type = "number", default = 0 }')
    return engine.stack(engine.project_image(project, language))


def children(stack: Stack, *killed: int) -> list[int]:
    """Return the model-service's child processes the moment before it kills some."""
    code, said = stack.model.get_wrapped_container().exec_run(["python", "-c", CHILDREN, *map(str, killed)])
    assert code == 0, said.decode()
    return list(json.loads(said))


def worker(stack: Stack) -> int:
    """Return the process that answers; another one keeps the model, to make workers from."""
    return int(re.findall(rb"worker (\d+) is ready", b"".join(stack.model.get_logs()))[-1])


def begun(stack: Stack) -> int:
    return b"".join(stack.model.get_logs()).count(b"begun")


@pytest.mark.parametrize("whom", ["worker", "all"])
def test_the_request_after_a_death_succeeds(engine: Engine, tmp_path: Path, language: str, whom: str) -> None:
    stack = stack_of(engine, tmp_path, language)
    killed = [worker(stack)] if whom == "worker" else children(stack)
    assert set(killed) <= set(children(stack, *killed))
    assert stack.predict([{"a": 1, "b": 2}]) == [{"prediction": 3}]
    assert worker(stack) not in killed
    assert not set(children(stack)).intersection(killed)


def test_the_request_in_which_a_worker_dies_is_sent_again(engine: Engine, tmp_path: Path, language: str) -> None:
    stack = stack_of(engine, tmp_path, language)
    tried = begun(stack)  # before the model was called ready
    with ThreadPoolExecutor(1) as pool:
        # long enough for a busy engine to come to the kill while it is answered
        answer = pool.submit(stack.predict, [{"a": 1, "b": 2}], seconds=4)
        wait_until(lambda: begun(stack) == tried + 1)
        children(stack, worker(stack))
        assert answer.result() == [{"prediction": 3}]
    assert begun(stack) == tried + 2
