"""Outcomes as levels: what one is called, and which of two is the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CASES = frozenset({"1", "true", "yes"})


def level_of(value: object) -> str:
    """Return a value as the name of a level, as a CSV file writes it: 4 and 4.0 are one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def case_last(levels: Iterable[str]) -> list[str]:
    """Return different levels in their order; of "no" and "yes" and the like, the one that is the case comes last."""
    return sorted(set(levels), key=lambda level: (level.casefold() in _CASES, level))
