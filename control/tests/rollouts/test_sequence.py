"""The interval that may be looked at all the time holds the truth at all looks together as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from anops_control.rollouts.sequence import always_valid, weighted

LOOKS = range(100, 1001, 20)
TRIALS = 300


def _ever_wrong(values: np.ndarray, truth: float) -> bool:
    found = [always_valid(values[:count], 0.95) for count in LOOKS]
    return any(not each.low <= truth <= each.high for each in found)


@pytest.mark.parametrize("skewed", [False, True])
def test_at_all_looks_together_it_is_wrong_at_most_as_often_as_it_says(skewed: bool) -> None:
    random = np.random.default_rng(11)
    draw = random.exponential if skewed else random.standard_normal
    wrong = sum(_ever_wrong(draw(size=LOOKS[-1]), 1.0 if skewed else 0.0) for _ in range(TRIALS))
    assert wrong / TRIALS <= 0.05


def test_a_split_with_unequal_shares_is_estimated_without_bias() -> None:
    random = np.random.default_rng(5)
    wrong, means = 0, []
    for _ in range(TRIALS):
        challenger = random.random(LOOKS[-1]) < 0.2
        losses = random.normal(10.0, 1.0, LOOKS[-1]) - 0.3 * challenger  # the challenger's are smaller by 0.3
        values = weighted(losses, challenger, 0.2)
        means.append(values.mean())
        wrong += _ever_wrong(values, 0.3)
    assert abs(np.mean(means) - 0.3) < 0.02
    assert wrong / TRIALS <= 0.05


def test_an_ordinary_interval_looked_at_all_the_time_is_wrong_more_often() -> None:
    """This is what the other one is for."""
    random = np.random.default_rng(11)
    wrong = 0
    for _ in range(TRIALS):
        values = random.standard_normal(LOOKS[-1])
        wrong += any(abs(values[:n].mean()) > 1.96 * values[:n].std() / np.sqrt(n) for n in LOOKS)
    assert wrong / TRIALS > 0.15
