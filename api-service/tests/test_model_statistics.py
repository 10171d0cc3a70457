"""What is kept of calls until it is looked at: no more of them than are looked at in a moment."""

from __future__ import annotations

import numpy as np
from anops_api_service.observing.model_statistics import MOST_CALLS, ModelStatistics
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame
from anops_model_interface.schema import Schema


def test_calls_of_few_values_are_looked_at_before_many_are_kept() -> None:
    statistics = ModelStatistics(Schema())
    row = Frame((Column("a", "number", np.array([1.0]), None),), 1)
    for number in range(MOST_CALLS):
        assert statistics.sketches == {}, f"looked at {number} already"
        statistics.called(row, row, "")
    assert set(statistics.sketches) == {("a", "")}
