"""What a model returns becomes a frame, whatever numpy makes of it on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame
from anops_model_interface.schema import ColumnSpec
from anops_worker.data_frames import to_pandas
from anops_worker.model_answers import from_answer
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

    def moments() -> list[str]:
        data = to_pandas(Frame((column,), len(texts)), {"until": ColumnSpec(type=kind)})
        return [str(moment)[:10] for moment in data["until"]]

    if pd.to_datetime(["2026-01-01"]).unit == "us":  # from pandas 3 on it holds them all
        assert moments() == ["2026-01-02", "NaT", "9999-12-31", "0001-01-01", "2262-04-11"]
        return
    with pytest.raises(AnOpsError) as caught:
        moments()
    problem = caught.value.problem
    assert problem.code is Code.COLUMN_RANGE
    assert [fault.row for fault in problem.faults] == [3, 4]
    assert "must be from 1677-09-21 to 2262-04-11, which is what pandas holds; row 3 is" in problem.message


def test_columns_have_the_dtypes_that_pandas_itself_gives_them_whatever_their_rows_hold() -> None:
    texts = pd.Series(["a", "b"]).dtype
    moments = pd.to_datetime(pd.Series(["2026-01-01"])).dtype
    missing = np.array([True, True])
    columns = (
        Column("text", "string", np.array(["", ""], dtype=object), missing),
        Column("level", "category", np.array(["a", "new"], dtype=object)),
        Column("at", "datetime", np.array(["2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00Z"], dtype=object)),
        Column("on", "date", np.array(["", ""], dtype=object), missing),
    )
    specs = {
        "text": ColumnSpec(type="string"),
        "level": ColumnSpec(type="category", levels=("a",), novel="allow"),
        "at": ColumnSpec(type="datetime"),
        "on": ColumnSpec(type="date"),
    }
    data = to_pandas(Frame(columns, 2), specs)
    assert data.dtypes.to_dict() == {"text": texts, "level": texts, "at": moments, "on": moments}
