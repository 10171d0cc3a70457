"""The keys of a running service: the file is read again when it changes, so that none needs a restart."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from anops_http.access.caller import Caller
from anops_http.access.key_file import KeyFileError, hash_of, read_keys
from anops_http.access.scopes import Scope

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger("anops")

_LOOK_EVERY = 1.0
"""Seconds between two looks at the file: a revoked key is known for no longer than that."""
_MOST_KNOWN = 4096


class KeyRing:
    """Knows who a key is.

    Args:
        path: The file of keys.
        own_hash: The hash of a further key, which opens everything; empty: there is none.
        missing_ok: Whether a file that is not there has no keys.

    Raises:
        KeyFileError: It can't be used.
    """

    def __init__(self, path: Path, own_hash: str = "", *, missing_ok: bool = False) -> None:
        self._path = path
        self._missing_ok = missing_ok
        self._own = {own_hash: Caller("own", frozenset({Scope.ADMIN}))} if own_hash else {}
        self._state = self._look()
        self._callers = self._read()
        self._seen: dict[bytes, Caller] = {}
        self._next = time.monotonic() + _LOOK_EVERY

    def caller(self, secret: bytes) -> Caller | None:
        """Return who has a key; None where nobody has it, or where it has expired."""
        if time.monotonic() >= self._next:
            self._look_again()
        caller = self._seen.get(secret)
        if caller is None:
            # an unknown key is looked up by its hash: how long that takes tells nothing of any other
            caller = self._callers.get(hash_of(secret))
            if caller is None:
                return None
            if len(self._seen) >= _MOST_KNOWN:
                self._seen.clear()
            self._seen[secret] = caller
        if caller.expires is not None and caller.expires <= time.time():
            return None
        return caller

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _look_again(self) -> None:
        self._next = time.monotonic() + _LOOK_EVERY
        state = self._look()
        if state == self._state:
            return
        self._state = state
        try:
            callers = self._read()
        except KeyFileError as error:
            # who could ask goes on asking: a file half-written is no reason to shut all out
            log.error("%s The keys read before stay in force.", error)  # noqa: TRY400  its text says it all
            return
        for hashed, caller in callers.items():
            if hashed in self._callers:
                caller.same_room_as(self._callers[hashed])
        self._callers, self._seen = callers, {}
        log.info("read %s keys from %s", len(callers) - len(self._own), self._path)

    def _read(self) -> dict[str, Caller]:
        if self._missing_ok and not self._path.exists():
            return self._own
        return self._own | {
            key.hash: Caller(
                key.name, key.scopes, key.expires.timestamp() if key.expires is not None else None, key.per_second
            )
            for key in read_keys(self._path)
        }
