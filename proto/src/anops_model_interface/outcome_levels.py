"""Outcomes as levels: what one is called, and which of two is the case."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SMALLEST = 1e-15
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


def case_of(levels: Sequence[str], *told: Iterable[tuple[object, float]]) -> str:
    """Return of which of two levels single probabilities are.

    A name does not say it: a factor of R may have its levels in any order. What came true does: it is the first level
    where all models predict that one better, and else the last.

    Args:
        levels: Both, the one last that is the case by its name.
        told: Of each model what came true, with the number that it predicted; those that are no probabilities say
            nothing.
    """
    first, second = levels
    balances = [_balance(second, list(each)) for each in told]
    return first if balances and all(balance < 0 for balance in balances) else second


def _balance(case: str, told: Sequence[tuple[object, float]]) -> float:
    """Return by how much the log likelihood is larger where predictions are those of the case."""
    if not all(0 <= chance <= 1 for _, chance in told):
        return 0.0
    kept = [(true, min(max(chance, _SMALLEST), 1 - _SMALLEST)) for true, chance in told]
    return sum(
        (math.log(chance) - math.log1p(-chance)) * (1 if level_of(true) == case else -1) for true, chance in kept
    )
