"""One timer rings for each that waits too long, at its own time, and for nobody else."""

from __future__ import annotations

import asyncio

import pytest
from anops_api_service.alarms import Alarm, Limit


async def test_each_is_rung_for_in_its_order_and_no_other() -> None:
    alarm, rung = Alarm(0.02), []
    done = asyncio.Event()

    def first() -> None:
        rung.append("first")

    def second() -> None:
        rung.append("second")

    def last() -> None:
        rung.append("last")
        done.set()

    alarm.set(first)
    alarm.set(second)
    await asyncio.sleep(0.005)
    alarm.set(last)
    alarm.take_back(second)
    await asyncio.wait_for(done.wait(), 5)
    assert rung == ["first", "last"]


async def test_a_limit_ends_its_own_task_and_is_told_from_other_cancellations() -> None:
    alarm, told = Alarm(0.01), []

    async def work() -> None:
        limit = Limit(alarm)
        ring = limit.ring
        alarm.set(ring)
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            told.append(limit.ended_it())
            if not told[-1]:
                raise
        finally:
            alarm.take_back(ring)

    await work()
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == [True, False]
