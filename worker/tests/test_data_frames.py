"""What a model returns becomes a frame, whatever numpy makes of it on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame
from anops_model_interface.schema import ColumnSpec
from anops_worker.data_frames import from_answer, to_pandas
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from anops_model_interface.schema import ColumnType


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4), min_size=1))
def test_texts_of_any_number_of_kinds_come_as_they_are(texts: list[str]) -> None:
    frame = from_answer(np.array(texts), [], model="m")
    assert frame["prediction"].values.tolist() == texts
    assert set(map(type, frame["prediction"].values)) == {str}


@pytest.mark.parametrize("kinds", [1, 16, 17, 500])
def test_few_and_many_texts_come_alike(kinds: int) -> None:
    texts = [f"level {i % kinds}" for i in range(1000)]
    assert from_answer(np.array(texts), [], model="m")["prediction"].values.tolist() == texts


@pytest.mark.parametrize(
    ("values", "kind"),
    [(np.float32([1.5, 2]), "number"), (np.int8([1, 2]), "integer"), (np.array([True, False]), "boolean")],
)
def test_numbers_and_truths_take_the_types_of_the_schema(values: np.ndarray, kind: str) -> None:
    column = from_answer(values, [], model="m")["prediction"]
    assert (column.type, column.values.tolist()) == (kind, values.tolist())


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_moments_that_pandas_cannot_hold_are_refused_with_their_rows(kind: ColumnType) -> None:
    texts = ["2026-01-02", None, "9999-12-31", "0001-01-01", "2262-04-11"]
    values = np.array([f"{text}T00:00:00Z" if kind == "datetime" and text else text for text in texts], dtype=object)
    column = Column("until", kind, values, np.array([text is None for text in texts]))
    with pytest.raises(AnOpsError) as caught:
        to_pandas(Frame((column,), len(texts)), {"until": ColumnSpec(type=kind)})
    problem = caught.value.problem
    assert problem.code is Code.COLUMN_RANGE
    assert [fault.row for fault in problem.faults] == [3, 4]
    assert "must be from 1677-09-21 to 2262-04-11, which is what pandas holds; row 3 is" in problem.message
