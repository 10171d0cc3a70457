"""The supervisor's end of the pipe to a worker."""

from __future__ import annotations

import asyncio
import gc

import pytest
from anops_worker.channel import Pipe


async def test_who_waits_hears_that_the_worker_is_gone_and_who_has_left_is_not_missed() -> None:
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))
    pipe = Pipe()
    waits, left = pipe.expect(), pipe.expect()
    del left
    pipe.connection_lost(None)
    with pytest.raises(ConnectionResetError):
        await waits
    pipe.expect()
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []
