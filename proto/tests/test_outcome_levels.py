"""Which of two levels a single probability is of."""

from __future__ import annotations

import pytest
from anops_model_interface.outcome_levels import case_of

LEVELS = ("bad", "good")
RIGHT = [("good", 0.9), ("good", 0.6), ("bad", 0.2), ("good", 0.3)]
TURNED = [(level, 1 - chance) for level, chance in RIGHT]
SCORES = [(level, 5 * chance) for level, chance in TURNED]


@pytest.mark.parametrize(
    ("told", "case"),
    [
        ((RIGHT,), "good"),
        ((TURNED,), "bad"),  # factor(y, levels = c("good", "bad"))
        ((TURNED, TURNED), "bad"),
        ((TURNED, RIGHT), "good"),  # one of both has been overtaken by the world
        ((SCORES,), "good"),  # no probabilities
        ((), "good"),
    ],
)
def test_the_case_is_what_the_probabilities_predict(told: tuple[list[tuple[str, float]], ...], case: str) -> None:
    assert case_of(LEVELS, *told) == case
