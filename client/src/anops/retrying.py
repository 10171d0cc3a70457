"""Asks again where the service is busy or not ready yet, as long as it says and no longer than a person would."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_AGAIN = frozenset({429, 503})
_LONGEST_WAIT_SECONDS = 30.0
_HOPELESS = (b'"code":"MODEL_LOAD"', b'"code":"WORKER_DIED"')
"""The model can't be loaded, or these very rows made its process die: asking again would do it again."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to go on asking.

    Attributes:
        retries: How many times to ask again.
        total_seconds: The most time to spend on waiting.
        sleep: Waits so many seconds.
        pause: Waits so many seconds, for `AsyncClient`.
    """

    retries: int = 4
    total_seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    def send(self, ask: Callable[[], httpx.Response], *, repeatable: bool = False) -> httpx.Response:
        """Ask, and again while that may help.

        Args:
            ask: Sends the request.
            repeatable: Whether it may be sent again where the connection was lost after it was sent.

        Returns:
            The last answer, whatever it says.

        Raises:
            httpx.TransportError: There was none.
        """
        rounds = _Rounds(self)
        while True:
            try:
                answer = ask()
            except _lost(repeatable) as error:
                if (wait := rounds.after_failure(error)) is None:
                    raise
            else:
                if (wait := rounds.after(answer)) is None:
                    return answer
            self.sleep(wait)

    async def send_async(
        self, ask: Callable[[], Awaitable[httpx.Response]], *, repeatable: bool = False
    ) -> httpx.Response:
        """Ask as `send()` does, without keeping others waiting."""
        rounds = _Rounds(self)
        while True:
            try:
                answer = await ask()
            except _lost(repeatable) as error:
                if (wait := rounds.after_failure(error)) is None:
                    raise
            else:
                if (wait := rounds.after(answer)) is None:
                    return answer
            await self.pause(wait)


class _Rounds:
    """How often a request was sent, and how long was waited between."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._sent = 0
        self._waited = 0.0

    def after_failure(self, error: httpx.TransportError) -> float | None:
        """Return how long to wait after there was no answer; None: it would not help."""
        wait = self._backoff()
        return None if "CERTIFICATE_VERIFY_FAILED" in str(error) else self._within_limits(wait)

    def after(self, answer: httpx.Response) -> float | None:
        """Return how long to wait after an answer; None: it is the last."""
        wait = self._backoff()
        if answer.status_code not in _AGAIN or any(word in answer.content for word in _HOPELESS):
            return None
        wait = _told(answer.headers.get("retry-after", ""), otherwise=wait)
        return None if wait > _LONGEST_WAIT_SECONDS else self._within_limits(wait)

    def _backoff(self) -> float:
        self._sent += 1
        return 0.5 * 2.0 ** (self._sent - 1) * (0.5 + random.random())  # noqa: S311  no secret depends on it

    def _within_limits(self, wait: float) -> float | None:
        if self._sent > self._policy.retries or self._waited + wait > self._policy.total_seconds:
            return None
        self._waited += wait
        return wait


def _lost(repeatable: bool) -> tuple[type[httpx.TransportError], ...]:  # noqa: FBT001  it is all that is asked
    """Return what is raised where the service is not there, or went away in the middle of a request."""
    gone = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)
    return gone if repeatable else gone[:1]


def _told(header: str, *, otherwise: float) -> float:
    """Read `Retry-After`: seconds, or a date."""
    if header.strip().isdecimal():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return otherwise
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
