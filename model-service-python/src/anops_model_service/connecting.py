"""Waits for what a process says that loads the model, and ends one that does not come so far."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_worker import linux
from anops_worker.channel import Pipe, PipeKind

from anops_model_service.exits import describe_exit, remedy_for

if TYPE_CHECKING:
    import socket

    from anops_model_service.child_process import ChildProcess

LOOK_SECONDS = 0.5
"""How often it is looked whether a process that is waited for was stopped."""

LONGEST_END = 2.0
"""Seconds that a process may take to end by itself."""


async def connect(child: ChildProcess, ours: socket.socket, *, start_seconds: float) -> tuple[Pipe, bytes]:
    """Wait until a process says that it has loaded its model; it is ended where it does not.

    Args:
        child: The process.
        ours: This end of its pipe.
        start_seconds: How long it may take.

    Returns:
        The pipe, and what it said.

    Raises:
        AnOpsError: `MODEL_LOAD`: what the process said, or that it died or took too long.
    """
    pipe = Pipe()
    # before anything can come: what nobody waits for is lost
    first = pipe.expect()
    try:
        await asyncio.get_running_loop().create_connection(lambda: pipe, sock=ours)
        kind, body = await said(child, first, within=start_seconds)
    except ConnectionError:
        pipe.close()
        status = await end_of(child)
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't load the model: its process died ({describe_exit(status)}) while loading.",
            remedy=remedy_for(status),
        ) from None
    except TimeoutError:
        child.kill()
        pipe.close()
        await child.wait()
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't load the model: it took longer than {start_seconds:g} seconds, or its process was stopped.",
            remedy="Allow more with ANOPS_START_SECONDS.",
        ) from None
    except asyncio.CancelledError:
        child.kill()
        pipe.close()
        raise
    if kind is PipeKind.FAILED:
        pipe.close()
        await child.wait()
        raise AnOpsError.of(Problem.from_bytes(body))
    return pipe, body


async def said(
    child: ChildProcess, message: asyncio.Future[tuple[PipeKind, bytes]], *, within: float
) -> tuple[PipeKind, bytes]:
    """Wait for a message from a process.

    Args:
        child: The process.
        message: What will be its message.
        within: How long it may take, in seconds.

    Raises:
        TimeoutError: It took longer, or somebody has stopped the process (SIGSTOP), so that none will come.
        ConnectionError: The process has closed its pipe.
    """
    end = time.monotonic() + within
    stopped = False
    while (left := end - time.monotonic()) > 0:
        if (await asyncio.wait([message], timeout=min(left, LOOK_SECONDS)))[0]:
            return message.result()
        stopped_before, stopped = stopped, linux.is_stopped(child.pid)
        if stopped and stopped_before:
            break
    raise TimeoutError


async def end_of(child: ChildProcess) -> int:
    """Return the status of a process that has closed its pipe: it ends by itself, or is ended."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_END):
            return await child.wait()
    child.kill()
    return await child.wait()
