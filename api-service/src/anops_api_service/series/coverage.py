"""How often what was observed lay within the intervals that were forecast for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LAST = 100
"""So many of the last observations are looked at."""
_FEWEST = 20
"""Of fewer, nothing can be said."""
_CHANCE = 0.01
"""What happens less often by chance is told."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How an interval has done.

    Attributes:
        level: Its coverage as it was forecast, in percent.
        held: How many of the values lay within it.
        of: Of how many.
    """

    level: str
    held: int
    of: int

    @property
    def is_off(self) -> bool:
        """Whether it holds other shares of the values than it says, by more than chance."""
        return self.of >= _FEWEST and _chance(self.held, self.of, float(self.level) / 100) < _CHANCE

    def __str__(self) -> str:
        """Tell it."""
        too = "narrow" if self.held < self.of * float(self.level) / 100 else "wide"
        return (
            f"Of the last {self.of} values observed, {self.held} lay within the interval of {self.level} percent that "
            f"was forecast for them: it is too {too}."
        )


def coverages(judged: Iterable[tuple[float, Mapping[str, float]]]) -> tuple[Coverage, ...]:
    """Return how each interval has done.

    Args:
        judged: What was observed, and the bounds that were forecast for it: `lower_80`, `upper_80`.
    """
    held: dict[str, list[bool]] = defaultdict(list)
    for value, bounds in judged:
        for name, lower in bounds.items():
            kind, _, level = name.partition("_")
            upper = bounds.get(f"upper_{level}")
            if kind == "lower" and upper is not None:
                held[level].append(lower <= value <= upper)
    return tuple(
        Coverage(level, sum(each), len(each)) for level, each in sorted(held.items(), key=lambda each: float(each[0]))
    )


def _chance(held: int, of: int, share: float) -> float:
    """Return how probable it is that so many, or something as far off on that side, are held; twice, for both sides."""
    chances = [comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(of + 1)]
    return min(1.0, 2 * min(sum(chances[: held + 1]), sum(chances[held:])))
