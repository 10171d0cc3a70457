"""What is kept of calls until it is looked at: no more of them than are looked at in a moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from anops_api_service.observing.model_statistics import MOST_CALLS, ModelStatistics
from anops_model_interface.coded_texts import CodedTexts
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


def test_texts_are_counted_alike_however_they_came() -> None:
    schema = Schema.of({"inputs": {"x": "number"}, "outputs": {"prediction": "category"}})
    texts = np.array(["b", "a", "b"], dtype=object)
    plain = Column("prediction", "category", texts)
    coded = replace(plain, coded=CodedTexts(np.array([1, 0, 1], dtype=np.int32), ("a", "b", "c")))
    rows = Frame((Column("x", "number", np.zeros(3)),), 3)
    for columns in ((plain,), (coded,)):
        statistics = ModelStatistics(schema)
        statistics.called(rows, Frame(columns, 3), "")
        statistics.settle()
        assert statistics.levels == {"prediction": {"a": 1, "b": 2}}
