"""One deadline is made for an answer, ends what works for it, and says how long is left."""

from __future__ import annotations

import asyncio

import pytest
from anops_api_service.bodies.media import ClientGone
from anops_api_service.deadline import Deadlines
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from starlette.types import Message  # noqa: TC002  the fake channel returns it


async def test_what_takes_too_long_is_cancelled_and_told() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    with pytest.raises(AnOpsError, match=r"no answer within 0\.1 seconds") as late:
        await Deadlines(0.1).begin().wait(work())
    assert late.value.problem.code is Code.DEADLINE
    assert ended.is_set()


async def test_what_is_left_becomes_less_until_it_is_past() -> None:
    assert 0 < Deadlines(60).begin().remaining <= 60
    deadline = Deadlines(0.01).begin()
    await asyncio.sleep(0.02)
    assert deadline.remaining < 0


async def test_who_leaves_ends_the_work_before_the_deadline() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGone):
        await Deadlines(60).begin().wait(asyncio.sleep(60), receive)


async def test_a_cancellation_from_elsewhere_is_not_taken_for_the_deadline() -> None:
    waiting = asyncio.create_task(Deadlines(60).begin().wait(asyncio.sleep(60)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_an_answer_in_time_is_returned_and_nothing_is_left_to_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> int:
        await asyncio.sleep(0.07)  # for longer than it is not watched
        return 7

    assert await Deadlines(60).begin().wait(work()) == 7
    loop = asyncio.get_running_loop()
    before = loop.time
    monkeypatch.setattr(loop, "time", lambda: before() + 61)
    for _ in range(5):
        await asyncio.sleep(0)  # what rang would end this
