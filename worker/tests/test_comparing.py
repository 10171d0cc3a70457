"""Answers to the same rows are the same but for rounding."""

from __future__ import annotations

import numpy as np
import pytest
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame
from anops_worker.examining.comparing import Comparison

ROWS = np.arange(3)


def answers(*values: float) -> Frame:
    return Frame((Column("p", "number", np.array(values)),), len(values))


@pytest.mark.parametrize(("off", "same"), [(1e-9, True), (3e-6, False), (1e-3, False)])
def test_numbers_of_double_precision_agree_to_six_digits(off: float, same: bool) -> None:
    difference = Comparison(answers(0.1, 0.7, 0.4)).first_difference(answers(0.1, 0.7 * (1 + off), 0.4), ROWS)
    assert (difference is None) == same


@pytest.mark.parametrize(("off", "same"), [(3e-6, True), (1e-3, False)])
def test_numbers_of_single_precision_agree_to_less(off: float, same: bool) -> None:
    single = [float(np.float32(value)) for value in (0.1, 0.7, 4e-8)]
    other = answers(single[0], float(np.float32(single[1] * (1 + off))), 6e-8)
    difference = Comparison(answers(*single)).first_difference(other, ROWS)
    assert (difference is None) == same
    assert same or (difference is not None and difference[:2] == (1, "p"))
