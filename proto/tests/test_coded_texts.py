"""Columns of few different texts between our own services, and what a stranger makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from anops_model_interface.coded_texts import FEWEST_ROWS, PARAMETER
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame, decode_checked_request, encode_request
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest, ModelInferResponse
from anops_model_interface.open_inference.responses import decode_response, encode_response
from anops_model_interface.schema import Schema
from hypothesis import given
from hypothesis import strategies as st

SCHEMA = Schema.of({"inputs": {"group": "string"}, "outputs": {"group": "string"}})


def frame(texts: list[str], missing: list[bool] | None = None) -> Frame:
    values = np.empty(len(texts), dtype=object)
    values[:] = texts
    mask = None if missing is None else np.array(missing)
    return Frame((Column("group", "string", values, mask),), len(texts))


def answer(sent: Frame, *, coded: bool) -> ModelInferResponse:
    data = encode_response(sent, (), model_name="m", model_version="1", request_id="", coded=coded)
    return ModelInferResponse.FromString(data)


@given(
    st.lists(st.text(max_size=5), min_size=1, max_size=9).flatmap(
        lambda levels: st.lists(st.tuples(st.sampled_from(levels), st.booleans()), max_size=200)
    )
)
def test_texts_come_as_they_were_sent(rows: list[tuple[str, bool]]) -> None:
    texts, missing = ["" if gone else text for text, gone in rows], [gone for _, gone in rows]
    sent = frame(texts, missing)
    request = ModelInferRequest.FromString(encode_request(sent, {}, model_name="m", checked=SCHEMA.digest))
    came, _ = decode_checked_request(request, SCHEMA)
    predicted, _ = decode_response(answer(sent, coded=True), SCHEMA.outputs)
    for column in (came["group"], predicted["group"]):
        assert column.values.tolist() == texts
        assert column.is_missing().tolist() == missing


def test_each_different_text_travels_once_where_there_are_few() -> None:
    few = answer(frame(["setosa", "virginica"] * 500), coded=True)
    assert few.outputs[0].parameters[PARAMETER].string_param == '["setosa","virginica"]'
    assert len(few.raw_output_contents[0]) == 4000
    many = answer(frame([str(i) for i in range(1000)]), coded=True)
    assert many.outputs[0].datatype == "BYTES"


def test_others_get_the_protocols_own_texts() -> None:
    assert answer(frame(["setosa"] * 1000), coded=False).outputs[0].datatype == "BYTES"


@pytest.mark.parametrize("texts", ['["a"]', "[]", "no list", "[1]"])
def test_places_that_are_none_are_refused(texts: str) -> None:
    response = answer(frame(["a", "b"] * FEWEST_ROWS), coded=True)
    response.outputs[0].parameters[PARAMETER].string_param = texts
    with pytest.raises(AnOpsError) as caught:
        decode_response(response, SCHEMA.outputs)
    assert caught.value.problem.code is Code.MODEL_OUTPUT
    assert "`group`" in caught.value.problem.message
