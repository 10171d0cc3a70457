"""Columns of few different texts between our own services, and what a stranger makes of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from anops_model_interface.answers import Answer, decode_answer
from anops_model_interface.coded_texts import FEWEST_ROWS
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame
from anops_model_interface.open_inference.requests import message_of as request_message
from anops_model_interface.open_inference.requests import request_of
from anops_model_interface.open_inference.responses import answer_of
from anops_model_interface.open_inference.responses import message_of as response_message
from anops_model_interface.open_inference.tensor_messages import TEXTS
from anops_model_interface.requests import Request, decode_checked_request
from anops_model_interface.schema import Schema
from anops_model_interface.stacking import stack
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from anops_model_interface.open_inference.open_inference_pb2 import ModelInferResponse

SCHEMA = Schema.of({"inputs": {"group": "string"}, "outputs": {"group": "string"}})


def frame(texts: list[str], missing: list[bool] | None = None) -> Frame:
    values = np.empty(len(texts), dtype=object)
    values[:] = texts
    mask = None if missing is None else np.array(missing)
    return Frame((Column("group", "string", values, mask),), len(texts))


def answer(sent: Frame, *, coded: bool) -> ModelInferResponse:
    return response_message(Answer.of(sent, (), model_name="m", coded=coded))


@given(
    st.lists(st.text(max_size=5), min_size=1, max_size=9).flatmap(
        lambda levels: st.lists(st.tuples(st.sampled_from(levels), st.booleans()), max_size=200)
    )
)
def test_texts_come_as_they_were_sent(rows: list[tuple[str, bool]]) -> None:
    texts, missing = ["" if gone else text for text, gone in rows], [gone for _, gone in rows]
    sent = frame(texts, missing)
    request = Request.of(sent, {}, model_name="m", checked=SCHEMA.digest)
    came, _ = decode_checked_request(Request.from_bytes(request.to_bytes()), SCHEMA)
    over_grpc, _ = decode_checked_request(request_of(request_message(request)), SCHEMA)
    packed = Answer.from_bytes(Answer.of(sent, (), model_name="m").to_bytes())
    predicted = [decode_answer(each, SCHEMA.outputs) for each in (packed, answer_of(answer(sent, coded=True)))]
    for column in (each["group"] for each in (came, over_grpc, *predicted)):
        assert column.values.tolist() == texts
        assert column.is_missing().tolist() == missing


@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b", "", "NA"]), min_size=FEWEST_ROWS, max_size=FEWEST_ROWS + 9),
        min_size=1,
        max_size=4,
    )
)
def test_how_texts_came_is_kept_where_frames_are_cut_and_stacked(parts: list[list[str]]) -> None:
    came = [decode_answer(Answer.of(frame(texts), (), model_name="m"), SCHEMA.outputs) for texts in parts]
    whole = stack(came)
    for each in (*came, whole, whole.take(3, 50)):
        coded, texts = each["group"].coded, each["group"].values.tolist()
        assert coded is not None
        assert [coded.different[place] for place in coded.places] == texts
        assert coded.counts() == Counter(texts)
    assert stack([came[0], frame(["a"] * FEWEST_ROWS)])["group"].coded is None


def test_texts_of_which_some_are_missing_are_kept_one_by_one() -> None:
    sent = frame(["a", ""] * FEWEST_ROWS, [False, True] * FEWEST_ROWS)
    assert decode_answer(Answer.of(sent, (), model_name="m"), SCHEMA.outputs)["group"].coded is None


def test_each_different_text_travels_once_where_there_are_few() -> None:
    few = answer(frame(["setosa", "virginica"] * 500), coded=True)
    assert few.outputs[0].parameters[TEXTS].string_param == '["setosa","virginica"]'
    assert len(few.raw_output_contents[0]) == 4000
    many = answer(frame([str(i) for i in range(1000)]), coded=True)
    assert many.outputs[0].datatype == "BYTES"


def test_others_get_the_protocols_own_texts() -> None:
    assert answer(frame(["setosa"] * 1000), coded=False).outputs[0].datatype == "BYTES"


@pytest.mark.parametrize("texts", ['["a"]', "[]", "no list", "[1]"])
def test_places_that_are_none_are_refused(texts: str) -> None:
    response = answer(frame(["a", "b"] * FEWEST_ROWS), coded=True)
    response.outputs[0].parameters[TEXTS].string_param = texts
    with pytest.raises(AnOpsError) as caught:
        decode_answer(answer_of(response), SCHEMA.outputs)
    assert caught.value.problem.code is Code.MODEL_OUTPUT
    assert "`group`" in caught.value.problem.message
