"""Asks again where the service is busy or not ready yet, as long as it says and no longer than a person would."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """

    retries: int = 4
    total_seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep

    def send(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Ask, and again while that may help.

        Args:
            ask: Sends the request.

        Returns:
            The last answer, whatever it says.

        Raises:
            httpx.TransportError: There was none.
        """
        waited = 0.0
        for left in range(self.retries, -1, -1):
            delay = 0.5 * 2 ** (self.retries - left) * (0.5 + random.random())  # noqa: S311  no secret depends on it
            try:
                answer = ask()
            except httpx.ConnectError as error:  # nothing was sent yet
                hopeless = "CERTIFICATE_VERIFY_FAILED" in str(error)
                if hopeless or not left or waited + delay > self.total_seconds:
                    raise
            else:
                if answer.status_code not in _AGAIN or any(word in answer.content for word in _HOPELESS):
                    return answer
                delay = _told(answer.headers.get("retry-after", ""), otherwise=delay)
                if not left or waited + delay > self.total_seconds or delay > _LONGEST_WAIT_SECONDS:
                    return answer
            self.sleep(delay)
            waited += delay
        raise AssertionError  # the last round returned or raised


def _told(header: str, *, otherwise: float) -> float:
    """Read `Retry-After`: seconds, or a date."""
    if header.strip().isdecimal():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return otherwise
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
