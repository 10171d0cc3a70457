"""Whoever leaves, hangs or is stopped, no worker is lost: an idle service answers."""

from __future__ import annotations

import asyncio
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from little_models import MODELS, write_project
from stack import Stack, serving, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

# makes a file, and ends once there is another, too
MODELS["python"]["meets"] = (
    "import pathlib, time; options['mark'] and pathlib.Path(options['mark']).touch()\n"
    "    while options['meets'] and not pathlib.Path(options['meets']).exists(): time.sleep(0.01)\n"
    "    time.sleep(options['seconds']); return data['a'] + data['b']"
)
MODELS["r"]["meets"] = (
    "{ asked <- list(...); if (nzchar(asked$mark)) file.create(asked$mark)\n"
    "while (nzchar(asked$meets) && !file.exists(asked$meets)) Sys.sleep(0.01)\n"
    "Sys.sleep(asked$seconds); newdata$a + newdata$b }"
)
OPTIONS = """
seconds = { type = "number", default = 0 }
mark = { type = "string", default = "" }
meets = { type = "string", default = "" }
"""


@pytest.fixture(params=[False, True], ids=["whole", "batches"])
def slow(tmp_path: Path, language: str, request: pytest.FixtureRequest) -> Path:
    return write_project(
        tmp_path / "model",
        language,
        "meets",
        options=OPTIONS,
        service="workers = 2",
        row_independent=bool(request.param),
        writable=tmp_path,
    )


@pytest.fixture
def one(tmp_path: Path, language: str) -> Path:
    return write_project(tmp_path / "model", language, "meets", options=OPTIONS, writable=tmp_path)


def ask(stack: Stack, seconds: float = 0, mark: str = "", meets: str = "") -> httpx.Response:
    options = {"seconds": seconds, "mark": mark, "meets": meets}
    return stack.client.post("/predict", json={"data": [{"a": 1, "b": 2}], "options": options})


async def ask_and_leave(port: int, seconds: float, patience: float) -> None:
    body = json.dumps({"data": [{"a": 1, "b": 2}], "options": {"seconds": seconds}}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    try:
        async with asyncio.timeout(patience):
            await reader.read(1000)
    except TimeoutError:
        pass
    finally:
        writer.transport.abort()


async def a_crowd_that_leaves(port: int) -> None:
    chance = random.Random(1)  # noqa: S311  chance, not secrets
    asked = []
    for _ in range(300):
        seconds, patience = chance.choice([0.0, 0.01, 0.05, 1.0]), chance.choice([0.001, 0.02, 0.3])
        asked.append(asyncio.create_task(ask_and_leave(port, seconds if chance.random() < 0.3 else 0.01, patience)))
        await asyncio.sleep(chance.choice([0, 0.005, 0.02]))
    await asyncio.gather(*asked)


def both_are_at_work_at_once(stack: Stack, folder: Path) -> bool:
    """Say whether two predictions that wait for each other are both answered, before their deadline."""
    marks = [str(folder / str(uuid4())) for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(ask, stack, 0, own, other) for own, other in (marks, reversed(marks))]
        return [one.result().status_code for one in asked] == [200, 200]


def test_a_crowd_that_asks_and_leaves_costs_no_worker(slow: Path, tmp_path: Path) -> None:
    with serving(slow, "--deadline-seconds", "2") as stack:
        asyncio.run(a_crowd_that_leaves(stack.api.port))
        wait_until(lambda: ask(stack).status_code == 200)
        wait_until(lambda: both_are_at_work_at_once(stack, tmp_path))


def test_nobody_waits_for_the_requests_of_clients_that_have_left(slow: Path) -> None:
    async def a_queue_that_leaves() -> None:
        for _ in range(40):
            await ask_and_leave(stack.api.port, 1.0, 0.01)

    with serving(slow, "--deadline-seconds", "12") as stack:
        asyncio.run(a_queue_that_leaves())
        begun = time.monotonic()
        assert ask(stack).status_code == 200
        # what a worker has begun it ends; nothing else is computed: forty would take two workers twenty seconds
        assert time.monotonic() - begun < 12


def test_who_waits_behind_one_that_hangs_is_answered_by_the_worker_that_replaces_it(one: Path, tmp_path: Path) -> None:
    mark = tmp_path / "begun"
    with serving(one, "--deadline-seconds", "5") as stack, ThreadPoolExecutor() as pool:
        hangs = pool.submit(ask, stack, 60, str(mark))
        wait_until(mark.exists)
        others = [pool.submit(ask, stack) for _ in range(3)]
        assert [other.result().status_code for other in others] == [200] * 3
        assert hangs.result().status_code == 504


def test_a_fork_server_that_was_stopped_is_noticed_and_replaced(one: Path) -> None:
    with serving(one, "--deadline-seconds", "1") as stack:
        (fork_server,), (worker,) = stack.model.fork_servers(), stack.model.workers()
        fork_server.suspend()
        worker.suspend()
        assert ask(stack).status_code == 504
        wait_until(lambda: not fork_server.is_running())
        wait_until(lambda: ask(stack).status_code == 200)
        assert [other.pid for other in stack.model.fork_servers()] != [fork_server.pid]


def test_a_worker_that_is_stopped_as_it_starts_is_noticed(one: Path) -> None:
    with serving(one) as stack:
        for _ in range(3):
            (worker,) = stack.model.workers()
            worker.kill()
            wait_until(lambda worker=worker: bool({*stack.model.workers()} - {worker}))  # type: ignore[misc]
            for started in stack.model.workers():
                started.suspend()  # some before they are ready, others when they are
            time.sleep(1.5)
            for started in stack.model.workers():
                started.resume()
            wait_until(lambda: ask(stack).status_code == 200)
