"""Who waits for a place gets the next one that is free; who does not is refused."""

from __future__ import annotations

import asyncio

import pytest
from anops_api_service.queue.room import Room
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_full_room_refuses_and_says_how_many_wait() -> None:
    room = Room(1)
    room.enter()
    with pytest.raises(AnOpsError, match="1 requests are waiting") as refused:
        room.enter()
    assert refused.value.problem.code is Code.QUEUE_FULL
    room.leave()
    room.enter()


async def test_places_are_given_in_the_order_of_waiting() -> None:
    room, order = Room(1), []

    async def wait(name: str) -> None:
        await room.free()
        room.enter()
        order.append(name)

    room.enter()
    tasks = [asyncio.create_task(wait(name)) for name in ("first", "second")]
    await turns()
    assert order == []
    room.leave()
    await turns()
    assert order == ["first"]
    room.leave()
    await asyncio.gather(*tasks)
    assert order == ["first", "second"]


async def test_who_was_told_and_left_does_not_take_the_place_along() -> None:
    room = Room(1)
    room.enter()
    leaving, staying = (asyncio.create_task(room.free()) for _ in range(2))
    await turns()
    room.leave()
    leaving.cancel()
    await asyncio.wait_for(staying, 30)


async def test_who_comes_too_late_is_still_the_first_to_be_told() -> None:
    room, order = Room(1), []

    async def wait(name: str) -> None:
        await room.free()
        room.enter()
        order.append(name)

    room.enter()
    tasks = [asyncio.create_task(wait(name)) for name in ("first", "second")]
    await turns()
    room.leave()
    room.enter()  # somebody else was faster
    await turns()
    room.leave()
    await turns()
    assert order == ["first"]
    room.leave()
    await asyncio.gather(*tasks)
