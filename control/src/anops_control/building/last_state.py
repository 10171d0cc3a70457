"""A line as a terminal would leave it."""

from __future__ import annotations

import re

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x00-\x08\x0b-\x1f\x7f]")


def last_state(text: str) -> str:
    """Return a line as a terminal would leave it: of what overwrites itself the last state, and no colours."""
    return _ESCAPES.sub("", text.rstrip("\r\n").rpartition("\r")[2]).rstrip()
