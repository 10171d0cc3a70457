"""Recognises the level that a text was meant to be, where a program on its way has changed how it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 2000
"""Of more levels the look would hold up other requests."""
_AS_A_NUMBER = re.compile(r"0*(\d+)(?:\.0+)?")


def level_remedy(text: str, levels: Sequence[str]) -> str | None:
    """Say which level is likely meant, and what became of it; None where there is none, or several.

    Args:
        text: What was sent.
        levels: What there are.
    """
    wanted = _core(text)
    near = [level for level in levels if _core(level) == wanted] if len(levels) <= _MOST else []
    if len(near) != 1:
        return None
    level = near[0]
    if level.strip() == text.strip():
        why = "it was sent with blanks around it" if text != text.strip() else "it has blanks around it"
    elif level.casefold() == text.strip().casefold():
        why = "small and capital letters are told apart"
    else:
        why = "a program took the codes for numbers: read and send them as text"
    return f"Is `{level}` meant? If so, {why}."


def _core(text: str) -> str:
    bare = text.strip().casefold()
    number = _AS_A_NUMBER.fullmatch(bare)
    return number[1] if number else bare
