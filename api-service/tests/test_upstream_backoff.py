"""Where somebody cuts every connection to the model-service's port, that is tried again ever more rarely."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from anops_api_service.upstream.upstream import Upstream
from far_ends import listening

if TYPE_CHECKING:
    from anops_model_interface.errors import Problem
    from anops_model_interface.open_inference.open_inference_pb2 import ModelMetadataResponse

SECONDS = 4.0


class Follower:
    """Is told nothing of interest."""

    def ready(self, metadata: ModelMetadataResponse) -> None: ...

    def paused(self, problem: Problem) -> None: ...

    def lost(self, problem: Problem, *, may_return: bool) -> None: ...

    async def settled(self) -> None: ...


def test_a_port_that_closes_at_once_is_asked_a_few_times_alone() -> None:
    connections = 0

    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    async def follow() -> None:
        async with listening(cut) as port:
            with suppress(TimeoutError):
                async with asyncio.timeout(SECONDS):
                    await Upstream(f"127.0.0.1:{port}").follow(Follower())

    asyncio.run(follow())
    # five times a second, and by channels that are closed by then, it would be 60 and more
    assert 1 <= connections <= 20
