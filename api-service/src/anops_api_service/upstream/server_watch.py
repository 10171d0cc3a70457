"""Notices that a server has vanished without a word: stopped, switched off, or behind a cable that was pulled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Never

import grpc
import grpc.aio
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from grpc_health.v1.health_pb2 import HealthCheckRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from grpc_health.v1.health_pb2_grpc import HealthStub

PROBE_SECONDS = 1.0
"""How often a server is asked whether it is there."""
OWN_SECONDS = 3.0
"""So long one of ours may leave that unanswered: its supervisor computes nothing."""
OTHER_SECONDS = 10.0
"""So long another may: many answer nothing while their model computes."""
_FIRST = 2 / 3
"""The part of that for which the first question waits; it is asked twice, for a machine may have slept meanwhile."""

CHANNEL_OPTIONS = [
    # has Linux give up a connection whose data nobody acknowledges for that long, where it would try for minutes;
    # the pings themselves are as rare as servers of any make allow by default
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_time_ms", 330_000),
]


class SilentError(AnOpsError):
    """A server that is connected does not answer."""


def max_silence_seconds(deadline_seconds: float, *, own: bool) -> float:
    """Return for how long a server may leave unanswered whether it is there.

    Args:
        deadline_seconds: How long an answer is waited for.
        own: Whether it is one of ours.
    """
    return min(OWN_SECONDS if own else OTHER_SECONDS, max(1.0, deadline_seconds))


async def while_there(
    work: Coroutine[Any, Any, None], health: HealthStub, url: str, max_silence: Callable[[], float]
) -> None:
    """Do something for as long as a server answers.

    Args:
        work: What is done.
        health: The server's health service.
        url: HOST:PORT of the server, for messages.
        max_silence: Returns how many seconds it may be silent.

    Raises:
        SilentError: The server does not answer any more.
    """
    tasks = [asyncio.create_task(work), asyncio.create_task(_probe(health, url, max_silence))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        # at the end of both: who raises this error must not keep the tasks that have it, with their calls, alive; a
        # channel that is closed goes on connecting for as long as there is a call of it
        ended = [task for task in tasks if task.done()]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        tasks.clear()
    while ended:
        ended.pop().result()


async def _probe(health: HealthStub, url: str, max_silence: Callable[[], float]) -> Never:
    # a call is a probe that every server allows; pings in the connection are not, where they come often
    while True:
        await asyncio.sleep(PROBE_SECONDS)
        seconds = max_silence()
        if not await _answers(health, _FIRST * seconds) and not await _answers(health, (1 - _FIRST) * seconds):
            raise SilentError(
                Code.NOT_READY,
                f"The model-service at {url} does not answer.",
                remedy="Check whether its process or container is stopped or its network is cut; it is asked again "
                "all the time.",
            )


async def _answers(health: HealthStub, seconds: float) -> bool:
    try:
        await health.Check(HealthCheckRequest(service=""), timeout=seconds)  # type: ignore[attr-defined]  # generated
    except grpc.aio.AioRpcError as error:
        if error.code() != grpc.StatusCode.DEADLINE_EXCEEDED:
            raise
        return False
    return True
