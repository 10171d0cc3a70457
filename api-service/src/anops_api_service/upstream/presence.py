"""Notices that a server has vanished without a word: a machine that was switched off, a cable that was pulled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Never

import grpc
import grpc.aio
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from grpc_health.v1.health_pb2 import HealthCheckRequest

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from grpc_health.v1.health_pb2_grpc import HealthStub

PROBE_SECONDS, PATIENCE_SECONDS = 5.0, 10.0
CHANNEL_OPTIONS = [
    # has Linux give up a connection whose data nobody acknowledges for that long, where it would try for minutes;
    # the pings themselves are as rare as servers of any make allow by default
    ("grpc.keepalive_timeout_ms", int(PATIENCE_SECONDS * 1000)),
    ("grpc.keepalive_time_ms", 330_000),
]


async def while_there(work: Coroutine[Any, Any, None], health: HealthStub, url: str) -> None:
    """Do something for as long as a server answers.

    Args:
        work: What is done.
        health: The server's health service.
        url: HOST:PORT of the server, for messages.

    Raises:
        AnOpsError: `NOT_READY`: the server does not answer any more.
    """
    tasks = [asyncio.create_task(work), asyncio.create_task(_probe(health, url))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _probe(health: HealthStub, url: str) -> Never:
    # a call is a probe that every server allows; pings in the connection are not, where they come often
    while True:
        await asyncio.sleep(PROBE_SECONDS)
        try:
            await health.Check(HealthCheckRequest(service=""), timeout=PATIENCE_SECONDS)  # type: ignore[attr-defined]  # generated
        except grpc.aio.AioRpcError as error:
            if error.code() != grpc.StatusCode.DEADLINE_EXCEEDED:
                raise
            raise AnOpsError(Code.NOT_READY, f"The model-service at {url} does not answer.") from error
