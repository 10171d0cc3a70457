"""What a model returns becomes a frame, whatever numpy makes of it on the way."""

from __future__ import annotations

import numpy as np
import pytest
from anops_model_service.data_frames import from_answer
from hypothesis import given
from hypothesis import strategies as st


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
