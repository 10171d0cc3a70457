from __future__ import annotations

import numpy as np
import pytest
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest
from anops_model_interface.open_inference.requests import request_of
from anops_model_interface.visible_gaps import with_visible_gaps


def texts(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


GAP = np.array([False, True])


def test_gaps_of_whole_numbers_and_booleans_become_nan() -> None:
    frame = with_visible_gaps(
        Frame((Column("n", "integer", np.array([7, 0]), GAP), Column("b", "boolean", np.array([True, False]), GAP)), 2)
    )
    for column, first in zip(frame.columns, (7.0, 1.0), strict=True):
        assert (column.type, column.values[0], column.missing) == ("number", first, None)
        assert np.isnan(column.values[1])


@pytest.mark.parametrize(("other", "word"), [("low", "NA"), ("NA", "<NA>")])
@pytest.mark.parametrize("kind", ["string", "category", "date", "datetime"])
def test_gaps_of_texts_become_a_word_that_is_no_other_text(kind: str, other: str, word: str) -> None:
    (column,) = with_visible_gaps(Frame((Column("g", kind, texts(other, ""), GAP),), 2)).columns  # type: ignore[arg-type]
    assert column.values.tolist() == [other, word]
    assert column.missing is GAP


def test_a_column_without_gaps_stays_as_it_is() -> None:
    frame = Frame((Column("n", "integer", np.array([1, 2])), Column("x", "number", np.array([1.0, np.nan]))), 2)
    assert with_visible_gaps(frame).columns == frame.columns


def test_a_client_shows_that_it_reads_missing() -> None:
    assert not request_of(ModelInferRequest()).head.reads_missing
    for name in ("anops.missing", "anops.checked"):
        assert request_of(ModelInferRequest(parameters={name: {"bool_param": True}})).head.reads_missing
    tensor = ModelInferRequest.InferInputTensor(
        name="x", datatype="BOOL", shape=[0], parameters={"missing": {"string_param": "AQ=="}}
    )
    assert request_of(ModelInferRequest(inputs=[tensor])).head.reads_missing
