"""The id of a request: the caller's own where it can stand in a log, else one that the service makes."""

from __future__ import annotations

import itertools
import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from typing import Any

HEADER = b"x-request-id"
_SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_KEY = "anops.request_id"
_PROCESS = os.urandom(8).hex()
_COUNTER = itertools.count(int.from_bytes(os.urandom(4)))
"""Ids differ by process and request: a call of the system for each would cost as much as reading a small body."""


def identify(scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes]) -> str:
    """Give a request with these headers its id, and return it."""
    text = headers.get(HEADER, b"").decode("latin-1")
    found = scope[_KEY] = text if _SANE.fullmatch(text) else _new_id()
    return found


def request_id_of(scope: Mapping[str, Any]) -> str:
    """Return the id of a request; empty where it has none yet."""
    return str(scope.get(_KEY, ""))


def _new_id() -> str:
    return f"{_PROCESS}{next(_COUNTER):016x}"
