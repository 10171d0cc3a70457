"""Who asks, once a key or a token has told it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_http.access.scopes import Scope


@dataclass(slots=True)
class Caller:
    """Whoever knows one key, or whom one token is for.

    Attributes:
        name: The key's name or the token's subject; it may be logged.
        scopes: What it allows.
        expires: Until when, in seconds since 1970; None: for ever.
        per_second: How many requests a second on average; None: as many as it likes.
    """

    name: str
    scopes: frozenset[Scope]
    expires: float | None = None
    per_second: float | None = None
    _left: float = field(default=0.0, init=False)
    _counted: float = field(default=-1.0, init=False)

    def has_room(self) -> bool:
        """Count a request, and say whether it stays below the limit.

        A bucket of a second's requests, at least one, which fills evenly: a burst passes, a stream is held down.
        """
        if self.per_second is None:
            return True
        now, most = time.monotonic(), max(1.0, self.per_second)
        if self._counted < 0:
            self._left = most
        else:
            self._left = min(most, self._left + (now - self._counted) * self.per_second)
        self._counted = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def same_room_as(self, other: Caller) -> None:
        """Take over what another, earlier reading of the same key has counted."""
        if other.per_second == self.per_second:
            self._left, self._counted = other._left, other._counted
