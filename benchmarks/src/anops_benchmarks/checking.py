"""Checks that a peer answers right: once for its cold start, and under load with different bodies."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_benchmarks.dialects import Dialect
    from anops_benchmarks.processes import Running

_PAUSE_SECONDS = 0.01
_WRONG_SECONDS = 30.0
_UNAVAILABLE = {502, 503, 504}
_HEADERS = {"Content-Type": "application/json"}


class WrongAnswerError(Exception):
    """A peer did not start, or its answers are not those of the model itself."""


@dataclass(frozen=True)
class Questions:
    """The bodies of a workload in a peer's own dialect, with the right answers.

    Attributes:
        dialect: The peer's.
        path: Where to send them.
        bodies: What to send.
        expected: The predictions of the model itself for each body.
    """

    dialect: Dialect
    path: str
    bodies: list[bytes]
    expected: list[list[Any]]

    def right(self, number: int, answer: bytes) -> bool:
        """Say whether an answer belongs to a body and is right."""
        return self.dialect.right(answer, self.bodies[number], self.expected[number])


def first_answer(url: str, questions: Questions, running: Running, *, since: float, within: float) -> float:
    """Ask until the first right answer comes, and return how many seconds that took.

    Args:
        url: The peer.
        questions: What to ask.
        running: Its processes.
        since: When they were started, by `time.monotonic`.
        within: How many seconds it may take.

    Raises:
        WrongAnswerError: None came.
    """
    parts = urlsplit(url)
    said = "nothing"
    # a peer that starts may be unavailable; one that answers anything else for long answers wrong
    end = since + within
    while time.monotonic() < end:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=within)
        try:
            connection.request("POST", questions.path, questions.bodies[0], _HEADERS)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status == 200 and questions.right(0, content):
                return time.monotonic() - since
            said = f"{answer.status} {content[:300]!r}"
            if answer.status not in _UNAVAILABLE:
                end = min(end, time.monotonic() + _WRONG_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            said = str(error)
        finally:
            connection.close()
        if running.ended():
            raise WrongAnswerError("a process ended before it answered right")
        time.sleep(_PAUSE_SECONDS)
    raise WrongAnswerError(f"no right answer; the last was {said}")


async def check_under_load(url: str, questions: Questions, *, connections: int, seconds: float) -> int:
    """Ask different bodies at the same time, and return how many answers were right.

    Raises:
        WrongAnswerError: One was not.
    """
    limits = httpx.Limits(max_connections=connections)
    end = time.monotonic() + seconds
    # each body at least once, then until the time is over
    numbers = itertools.takewhile(
        lambda number: number < len(questions.bodies) or time.monotonic() < end, itertools.count()
    )
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False) as client:
        asking = [asyncio.create_task(_ask(client, questions, numbers)) for _ in range(connections)]
        try:
            counts = await asyncio.gather(*asking)
        finally:
            # one wrong answer ends all, before the client closes what they ask on
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
    return sum(counts)


async def _ask(client: httpx.AsyncClient, questions: Questions, numbers: Iterator[int]) -> int:
    count = 0
    for turn in numbers:
        number = turn % len(questions.bodies)
        answer = await client.post(questions.path, content=questions.bodies[number], headers=_HEADERS)
        if answer.status_code != 200 or not questions.right(number, answer.content):
            raise WrongAnswerError(f"body {number} got {answer.status_code} {answer.content[:300]!r}")
        count += 1
    return count
