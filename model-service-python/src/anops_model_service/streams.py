"""The private stream's server: answers requests that come on one call side by side, each when it is ready."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError, Code, Problem
from anops_model_interface.private_stream import refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import grpc

    from anops_model_service.supervisor import Supervisor

    Context = grpc.aio.ServicerContext[bytes, bytes]


log = logging.getLogger("anops.service")


class Streams:
    """All streams of one server."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._open: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    async def serve(self, requests: AsyncIterator[bytes], context: Context) -> None:
        """Answer the requests of one stream until its client or `close()` ends it."""
        stream = asyncio.current_task()
        assert stream is not None  # noqa: S101  a coroutine runs in a task
        self._open.add(stream)
        answers: asyncio.Queue[bytes | None] = asyncio.Queue()
        asked: set[asyncio.Task[None]] = set()

        async def answer(request: bytes) -> None:
            try:
                data = await self._supervisor.infer(request)
            except AnOpsError as error:
                data = refusal(request, error.problem)
            except Exception:
                log.exception("a request on the stream failed inside AnOps")
                data = refusal(
                    request, Problem(Code.INTERNAL, "Can't predict: AnOps failed. Its log has the traceback.")
                )
            answers.put_nowait(data)

        async def read() -> None:
            async for request in requests:
                task = asyncio.create_task(answer(request))
                asked.add(task)
                task.add_done_callback(asked.discard)

        async def write() -> None:
            while (data := await answers.get()) is not None:
                await context.write(data)

        reading, writing = asyncio.create_task(read()), asyncio.create_task(write())
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait({reading, closing, writing}, return_when=asyncio.FIRST_COMPLETED)
            if asked:
                await asyncio.wait(asked)
            answers.put_nowait(None)
            await writing
        finally:
            self._open.discard(stream)
            # the client is gone, or there is nothing left to do: nobody waits for these
            for task in (reading, writing, closing, *asked):
                task.cancel()
            await asyncio.gather(reading, writing, closing, *asked, return_exceptions=True)

    async def close(self) -> None:
        """End all streams; what was sent on them is answered first."""
        self._closing.set()
        if self._open:
            await asyncio.wait(self._open)
