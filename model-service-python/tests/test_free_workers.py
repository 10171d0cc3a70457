"""Who came first gets the next worker, and none is lost over who has left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest
from anops_model_interface.errors import AnOpsError, Code, Problem
from anops_model_service.free_workers import FreeWorkers

if TYPE_CHECKING:
    from anops_model_service.worker_process import WorkerProcess


def worker() -> WorkerProcess:
    return cast("WorkerProcess", object())


def taking(free: FreeWorkers, *, within: float = 5) -> asyncio.Task[WorkerProcess]:
    return asyncio.create_task(free.take(within=within, give_back=free.give))


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
