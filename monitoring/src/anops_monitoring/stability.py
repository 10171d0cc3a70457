"""How far two distributions are apart: the population stability index, and Jensen and Shannon's divergence."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anops_monitoring.shares import LEVEL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

BINS = 10
ADDED = 0.5
"""What is added to the count of each bin: an empty one would make the index infinite."""
CONVENTION = f"""PSI: the sum of (now - baseline) times ln(now / baseline) over {BINS} bins between the baseline's
deciles (quantile() of R with its default, type = 7), equal ones taken once, or over the levels of a category; a bin
holds its upper edge and not its lower one, and the outer ones are open; bins that are empty in both are left out, and
{ADDED} is added to the count of each other; missing values are left out. Texts: Jensen and Shannon's divergence of the
shares of their words, to base 2. Intervals of both: basic bootstrap of both samples, not below 0."""
MOST_WORDS = 2000
_DRAWS = 1000
_SEED = 20260131
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Distance:
    """How far two distributions are apart.

    Attributes:
        measure: "psi", or "jensen-shannon".
        value: It.
        interval: Its interval.
        by_chance: What it is on average where nothing has changed, for so many rows; None: not known.
    """

    measure: str
    value: float
    interval: tuple[float, float]
    by_chance: float | None = None


def edges_of(before: np.ndarray) -> np.ndarray:
    """Return the inner edges of the bins; equal ones, of values that are many times there, are one."""
    return np.unique(np.quantile(before, np.arange(1, BINS) / BINS))


def binned(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Count values in bins that are open below, and closed above but for the last."""
    counts: np.ndarray = np.bincount(np.searchsorted(edges, values, "left"), minlength=len(edges) + 1)
    return counts


def psi_of_counts(now: np.ndarray, before: np.ndarray) -> Distance:
    """Return the index of counts in the same bins, both 1-D."""
    used = (now + before) > 0
    now, before = now[used], before[used]

    def index(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        added = [each + ADDED for each in (first, second)]
        shares = [each / each.sum(-1, keepdims=True) for each in added]
        total: np.ndarray = ((shares[0] - shares[1]) * np.log(shares[0] / shares[1])).sum(-1)
        return total

    chance = (len(now) - 1) * (1 / now.sum() + 1 / before.sum())
    return _with_interval("psi", index, now, before, float(chance))


def psi_of_levels(now: Mapping[str, int], before: Mapping[str, int]) -> Distance:
    """Return the index of counts of levels."""
    levels = list(dict.fromkeys((*before, *now)))
    return psi_of_counts(*(np.array([counts.get(each, 0) for each in levels]) for counts in (now, before)))


def words_of(texts: Sequence[str]) -> Counter[str]:
    """Count the words of texts, in small letters."""
    return Counter(word for text in texts for word in _WORD.findall(text.casefold()))


def divergence_of_texts(now: Sequence[str], before: Sequence[str]) -> Distance:
    """Return the divergence of the shares of words, to base 2: 0 the same words, 1 no word in common."""
    counts = words_of(now), words_of(before)
    known = [word for word, _ in (counts[0] + counts[1]).most_common(MOST_WORDS)]
    first, second = (np.array([each[word] for word in known] or [0]) for each in counts)

    def divergence(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        shares = [each / np.maximum(each.sum(-1, keepdims=True), 1) for each in (one, other)]
        middle = (shares[0] + shares[1]) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [np.where(each > 0, each * np.log2(each / middle), 0.0).sum(-1) for each in shares]
        total: np.ndarray = (parts[0] + parts[1]) / 2
        return total

    return _with_interval("jensen-shannon", divergence, first, second, None)


def _with_interval(
    measure: str,
    distance: Callable[[np.ndarray, np.ndarray], np.ndarray],
    now: np.ndarray,
    before: np.ndarray,
    by_chance: float | None,
) -> Distance:
    value = float(distance(now, before))
    generator = np.random.default_rng(_SEED)
    drawn = [
        generator.multinomial(int(each.sum()), each / max(int(each.sum()), 1), size=_DRAWS) for each in (now, before)
    ]
    low, high = np.quantile(distance(*drawn), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    # basic, not percentile: what is drawn again is further apart than what it is drawn from
    interval = (max(0.0, 2 * value - float(high)), max(0.0, 2 * value - float(low)))
    return Distance(measure, value, interval, by_chance)
