"""One timer rings for each that waits too long, at its own time, and for nobody else."""

from __future__ import annotations

import asyncio

import pytest
from anops_api_service.alarms import Alarm, Limit


async def test_each_is_rung_for_in_its_order_and_no_other() -> None:
    loop, alarm, rung = asyncio.get_running_loop(), Alarm(0.02), {}
    done = asyncio.Event()

    def first() -> None:
        rung["first"] = loop.time()

    def second() -> None:
        rung["second"] = loop.time()

    def last() -> None:
        rung["last"] = loop.time()
        done.set()

    begun = {"first": loop.time()}
    alarm.set(first)
    alarm.set(second)
    alarm.take_back(second)  # before the loop has a turn, however slow the machine is
    await asyncio.sleep(0.005)
    begun["last"] = loop.time()
    alarm.set(last)
    await asyncio.wait_for(done.wait(), 30)
    assert list(rung) == ["first", "last"]
    assert all(rung[name] - begun[name] >= 0.019 for name in rung), "nobody is rung for too early"


async def test_a_limit_ends_its_own_task_and_is_told_from_other_cancellations() -> None:
    soon, never, told = Alarm(0.01), Alarm(3600), []

    async def work(alarm: Alarm) -> None:
        limit = Limit(alarm)
        ring = limit.ring
        alarm.set(ring)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            told.append(limit.ended_it())
            if not told[-1]:
                raise
        finally:
            alarm.take_back(ring)

    await work(soon)
    task = asyncio.create_task(work(never))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == [True, False]
