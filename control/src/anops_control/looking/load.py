"""Puts load on a service for some seconds: as many callers as are wanted, each asks again when it has its answer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httptools

from anops_control.predicting.client import with_key
from anops_control.predicting.trust import verification

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

OK = 200
_PAUSE_SECONDS = 0.05


@dataclass(slots=True)
class Load:
    """What came of it.

    Attributes:
        callers: How many asked at the same time.
        seconds: For how long.
        times: How long each answer took, in seconds.
        failures: How many answers were refusals or failures, by status; 0: the connection broke.
    """

    callers: int
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    failures: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Right answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def at_most(self, part: float) -> float | None:
        """Return how long a part of the answers took at most, in seconds."""
        if not self.times:
            return None
        ordered = sorted(self.times)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def put(url: str, bodies: Sequence[bytes], *, callers: int, seconds: float, key: str | None) -> Load:
    """Ask for predictions for some seconds.

    Args:
        url: The service.
        bodies: Requests as JSON, sent in turn.
        callers: How many ask at the same time.
        seconds: For how long.
        key: What opens the service.
    """
    parts = urlsplit(url)
    context = verification(url) if parts.scheme == "https" else None
    target = _Target(str(parts.hostname), parts.port or (443 if context else 80), context)
    extra = "".join(f"{name}: {value}\r\n" for name, value in with_key(key).items())
    head = f"POST {parts.path}/predict HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n{extra}"
    requests = [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]
    return asyncio.run(_put(target, requests, Load(callers), seconds))


@dataclass(frozen=True, slots=True)
class _Target:
    host: str
    port: int
    context: ssl.SSLContext | bool | None


async def _put(target: _Target, requests: list[bytes], load: Load, seconds: float) -> Load:
    began = time.perf_counter()
    end = began + seconds
    async with asyncio.TaskGroup() as group:
        for number in range(load.callers):
            group.create_task(_caller(target, requests, load, end, number))
    load.seconds = time.perf_counter() - began
    return load


async def _caller(target: _Target, requests: list[bytes], load: Load, end: float, turn: int) -> None:
    while time.perf_counter() < end:
        try:
            reader, writer = await asyncio.open_connection(target.host, target.port, ssl=target.context)
        except OSError:
            load.failures[0] = load.failures.get(0, 0) + 1
            await asyncio.sleep(_PAUSE_SECONDS)
            continue
        try:
            while (began := time.perf_counter()) < end:
                turn += 1
                writer.write(requests[turn % len(requests)])
                answer = await _answer(reader)
                if answer.status == OK:
                    load.times.append(time.perf_counter() - began)
                else:
                    load.failures[answer.status] = load.failures.get(answer.status, 0) + 1
                if not answer.keeps:
                    break
        except (OSError, EOFError, httptools.HttpParserError):
            load.failures[0] = load.failures.get(0, 0) + 1
        finally:
            writer.close()


class _Answer:
    """One answer as it is read."""

    def __init__(self) -> None:
        self.whole = False
        self.status = 0
        self.keeps = True

    def on_message_complete(self) -> None:
        self.whole = True


async def _answer(reader: asyncio.StreamReader) -> _Answer:
    answer = _Answer()
    parser = httptools.HttpResponseParser(answer)
    while not answer.whole:
        data = await reader.read(1 << 16)
        if not data:
            raise EOFError
        parser.feed_data(data)
    answer.status, answer.keeps = parser.get_status_code(), parser.should_keep_alive()
    return answer
