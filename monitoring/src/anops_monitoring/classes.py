"""Classifiers: probabilities of classes by their names, and which of two classes a single probability is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.outcome_levels import case_last, level_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TOLERANCE = 1e-6
_PREFIX = "probability_"
_OTHERS = frozenset({"prediction", "lower", "upper", "se"})


def chances_of(output: Mapping[str, Any]) -> dict[str, float] | None:
    """Return the probability of each class; None where an answer has no such columns.

    Args:
        output: A prediction. Columns of classes have their names, or these behind `probability_`.
    """
    found = {name.removeprefix(_PREFIX): value for name, value in output.items() if name not in _OTHERS}
    if len(found) < 2 or not all(_is_chance(value) for value in found.values()):
        return None
    return found if abs(sum(found.values()) - 1) < _TOLERANCE else None


def _is_chance(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def likeliest(chances: Mapping[str, float]) -> str:
    """Return the likeliest class; of several the first."""
    return max(chances, key=chances.__getitem__)


def chance_of(chances: Mapping[str, float], level: str) -> float | None:
    """Return the probability of a class, whose name may have other capitals (True and true); None: there is none."""
    if level in chances:
        return chances[level]
    alike = [value for name, value in chances.items() if name.casefold() == level.casefold()]
    return alike[0] if len(alike) == 1 else None


def single_chance(output: Mapping[str, Any]) -> float | None:
    """Return the first column of a prediction where it may be a probability; None where it may not."""
    value = next(iter(output.values()), None)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1 else None


def levels_known(*outcomes: Sequence[Any] | None) -> list[str]:
    """Return the levels of all outcomes, of two the one last that is the case by its name."""
    return case_last(level_of(each) for some in outcomes for each in some or () if each is not None)
