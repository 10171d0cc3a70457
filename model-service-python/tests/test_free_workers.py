"""Who came first gets the next worker, and none is lost over who has left."""

from __future__ import annotations

import asyncio
import time
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_service.free_workers import FreeWorkers

if TYPE_CHECKING:
    from anops_model_service.worker_process import WorkerProcess


def worker() -> WorkerProcess:
    return cast("WorkerProcess", object())


def taking(free: FreeWorkers, *, within: float = 5) -> asyncio.Task[WorkerProcess]:
    return asyncio.create_task(free.take(within=within, give_back=free.give))


def keep_busy(seconds: float) -> None:
    """Keep the loop busy, so that several things are due in its next turn."""
    time.sleep(seconds)


async def waiting(*tasks: asyncio.Task[Any]) -> None:
    await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)


async def test_the_one_that_worked_last_works_next() -> None:
    free, first, last = FreeWorkers(most_waiting=1), worker(), worker()
    free.give(first)
    free.give(last)
    assert await taking(free) is last
    assert await taking(free) is first


async def test_requests_get_workers_in_the_order_in_which_they_came() -> None:
    free, one, two = FreeWorkers(most_waiting=2), worker(), worker()
    first, second = taking(free), taking(free)
    await waiting(first, second)
    free.give(one)
    free.give(two)
    assert (await first, await second) == (one, two)


async def test_a_worker_that_came_too_late_goes_to_the_next() -> None:
    free, one = FreeWorkers(most_waiting=2), worker()
    left, stays = taking(free), taking(free)
    await waiting(left, stays)
    free.give(one)
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    assert await stays is one


async def test_a_worker_that_comes_in_the_turn_of_the_time_out_is_kept() -> None:
    free, one = FreeWorkers(most_waiting=2), worker()
    waits = taking(free, within=0.02)
    await waiting(waits)
    asyncio.get_running_loop().call_soon(free.give, one)
    keep_busy(0.03)
    assert await waits is one


async def test_a_worker_that_comes_in_the_turn_of_time_out_and_cancellation_is_given_back() -> None:
    free, one = FreeWorkers(most_waiting=2), worker()
    waits = taking(free, within=0.02)
    await waiting(waits)
    loop = asyncio.get_running_loop()
    loop.call_soon(free.give, one)
    loop.call_soon(waits.cancel)
    keep_busy(0.03)
    with pytest.raises(asyncio.CancelledError):
        await waits
    assert free.has(one)


class Requests:
    """Requests that hold a worker for a while, and are cancelled at any moment."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  chance, not secrets
        self.free = FreeWorkers(most_waiting=30)
        self.workers = [worker() for _ in range(3)]
        self.held: set[int] = set()
        self.answered = 0
        for one in self.workers:
            self.free.give(one)

    def give_back(self, one: WorkerProcess) -> None:
        if one in self.workers:
            self.free.give(one)

    async def request(self) -> None:
        one = await self.free.take(within=self.random.choice([0.0005, 0.002, 0.01]), give_back=self.give_back)
        assert id(one) not in self.held, "two requests have the same worker"
        self.held.add(id(one))
        try:
            await asyncio.sleep(self.random.choice([0, 0, 0.0005, 0.002]))
            self.answered += 1
        finally:
            self.held.discard(id(one))
            self.give_back(one)

    def replace_one(self) -> None:
        for one in [one for one in self.workers if self.free.has(one)][:1]:
            self.workers.remove(one)
            self.free.forget(one)
            self.workers.append(worker())
            self.free.give(self.workers[-1])

    def cancel_some(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in self.random.sample(tasks, min(len(tasks), self.random.randint(0, 3))):
            if self.random.random() < 0.5:
                task.cancel()
            else:
                asyncio.get_running_loop().call_soon(task.cancel)

    async def go_on(self) -> None:
        for chance, what in (
            (0.05, self.replace_one),
            (0.02, lambda: self.free.refuse(Problem(Code.NOT_READY, "It stops."))),
            (0.1, lambda: keep_busy(0.002)),
        ):
            if self.random.random() < chance:
                what()
        await asyncio.sleep(self.random.choice([0, 0, 0, 0.001]))


@pytest.mark.parametrize("seed", range(20))
async def test_no_worker_is_lost_or_given_twice_whatever_is_cancelled_when(seed: int) -> None:
    requests = Requests(seed)
    tasks: list[asyncio.Task[None]] = []
    for _ in range(300):
        tasks += [asyncio.create_task(requests.request()) for _ in range(requests.random.randint(0, 4))]
        requests.cancel_some(tasks)
        await requests.go_on()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        assert result is None or isinstance(result, asyncio.CancelledError | TimeoutError | AnOpsError), result
    assert requests.answered
    assert not requests.free.waiting
    assert all(requests.free.has(one) for one in requests.workers)


async def test_only_so_many_may_wait_and_not_for_ever() -> None:
    free = FreeWorkers(most_waiting=1)
    first = taking(free, within=0.05)
    await waiting(first)
    with pytest.raises(AnOpsError) as caught:
        await taking(free)
    assert caught.value.problem.code is Code.QUEUE_FULL
    with pytest.raises(TimeoutError):
        await first
    assert not free.waiting


async def test_all_hear_that_there_will_be_none() -> None:
    free = FreeWorkers(most_waiting=2)
    tasks = [taking(free), taking(free)]
    await waiting(*tasks)
    free.refuse(Problem(Code.NOT_READY, "It stops."))
    for task in tasks:
        with pytest.raises(AnOpsError, match="It stops"):
            await task


async def test_a_worker_that_is_gone_is_given_to_nobody() -> None:
    free, gone, here = FreeWorkers(most_waiting=1), worker(), worker()
    free.give(gone)
    free.give(here)
    free.forget(gone)
    assert await taking(free) is here
    task = taking(free)
    await waiting(task)
    task.cancel()
