"""Frames survive the wire: every type, missing values, empty frames, unicode, from any client's form of it."""

from __future__ import annotations

import math
import string
from contextlib import suppress

import numpy as np
import pytest
from anops_model_interface.answers import Answer, decode_answer
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame, OptionValue, Warn
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest, ModelInferResponse
from anops_model_interface.open_inference.requests import message_of as request_message
from anops_model_interface.open_inference.requests import request_of
from anops_model_interface.open_inference.responses import answer_of
from anops_model_interface.open_inference.responses import message_of as response_message
from anops_model_interface.requests import Request, decode_checked_request, decode_request
from anops_model_interface.schema import ColumnSpec, ColumnType, Schema
from hypothesis import given
from hypothesis import strategies as st

KINDS: tuple[ColumnType, ...] = ("number", "integer", "boolean", "string", "category", "date", "datetime")
VALUES = {
    "number": st.floats(allow_nan=False),
    "integer": st.integers(-(1 << 63), (1 << 63) - 1),
    "boolean": st.booleans(),
    "string": st.text(st.characters(exclude_categories=["Cs"])),
    "category": st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    "date": st.dates().map(lambda day: day.isoformat()),
    "datetime": st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
}
DTYPES = {"number": np.float64, "integer": np.int64, "boolean": np.bool_}
PLACEHOLDERS = {"number": math.nan, "integer": 0, "boolean": False}
NAMES = st.text(string.printable + "äßπ 中", min_size=1, max_size=8)


def column(name: str, kind: ColumnType, values: list[object]) -> Column:
    """Make a column; None is missing."""
    missing = np.array([value is None for value in values], dtype=bool)
    array: np.ndarray = np.empty(len(values), dtype=DTYPES.get(kind, object))
    array[:] = [PLACEHOLDERS.get(kind, "") if value is None else value for value in values]
    return Column(name, kind, array, missing if kind != "number" and missing.any() else None)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    rows = draw(st.integers(0, 9))
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    columns = []
    for name in names:
        kind = draw(st.sampled_from(KINDS))
        values = st.one_of(st.none(), VALUES[kind])
        columns.append(column(name, kind, draw(st.lists(values, min_size=rows, max_size=rows))))
    return Frame(tuple(columns), rows)


def schema_of(frame: Frame) -> Schema:
    return Schema(inputs={column.name: ColumnSpec(type=column.type) for column in frame.columns})


def assert_same(left: Frame, right: Frame) -> None:
    assert left.rows == right.rows
    assert left.names() == right.names()
    for ours, theirs in zip(left.columns, right.columns, strict=True):
        assert ours.type == theirs.type
        assert ours.values.dtype == theirs.values.dtype
        if ours.type == "number":
            # bit for bit: R tells its NA from NaN by them
            assert ours.values.tobytes() == theirs.values.tobytes()
        else:
            assert ours.values.tolist() == theirs.values.tolist()
        assert ours.is_missing().tolist() == theirs.is_missing().tolist()


@given(frames())
def test_a_request_brings_the_frame_that_was_sent(frame: Frame) -> None:
    schema = schema_of(frame)
    message = request_message(Request.of(frame, {}, model_name="m"))
    assert_same(decoded(message, schema)[0], frame)
    request = Request.from_bytes(Request.of(frame, {}, model_name="m", checked=schema.digest).to_bytes())
    assert request.says_checked(schema)
    for decode in (decode_checked_request, decode_request):
        read, options = decode(request, schema)
        assert_same(read, frame)
        assert options == {}


@given(frames())
def test_an_answer_brings_the_frame_and_its_warnings(frame: Frame) -> None:
    warnings = (Warn("rank-deficient fit", call="predict.lm(m, d)"), Warn("new", column="ä", rows=(1, 3)))
    sent = Answer.of(frame, warnings, model_name="m", model_version="1", model_digest="d", request_id="7")
    message = response_message(sent)
    for answer in (
        Answer.from_bytes(sent.to_bytes()),
        answer_of(ModelInferResponse.FromString(message.SerializeToString())),
    ):
        if frame.columns:
            assert_same(decode_answer(answer, schema_of(frame).inputs), frame)
        assert answer.head == sent.head
        assert answer.head.warnings == warnings
    assert (message.model_name, message.model_version, message.id) == ("m", "1", "7")


def test_the_bits_of_a_missing_number_stay() -> None:
    r_na = np.frombuffer(np.uint64(0x7FF00000000007A2).tobytes(), dtype=np.float64)
    frame = Frame((Column("x", "number", r_na),), 1)
    answer = Answer.of(frame, (), model_name="m")
    for come in (answer_of(response_message(answer)), Answer.from_bytes(answer.to_bytes())):
        assert decode_answer(come, {})["x"].values.tobytes() == r_na.tobytes()


def request(*tensors: dict[str, object], raw: list[bytes] | None = None) -> ModelInferRequest:
    return ModelInferRequest(
        inputs=[ModelInferRequest.InferInputTensor(**tensor) for tensor in tensors],  # type: ignore[arg-type]
        raw_input_contents=raw or [],
    )


def decoded(message: ModelInferRequest, schema: Schema) -> tuple[Frame, dict[str, OptionValue]]:
    """Read a message as a worker does that got it by way of the supervisor."""
    return decode_request(Request.from_bytes(request_of(message).to_bytes()), schema)


NUMBER = Schema(inputs={"wt": ColumnSpec(type="number")})


@pytest.mark.parametrize(
    ("datatype", "contents", "expected"),
    [
        ("FP64", {"fp64_contents": [1.5, -2]}, [1.5, -2.0]),
        ("FP32", {"fp32_contents": [1.5, -2]}, [1.5, -2.0]),
        ("INT8", {"int_contents": [1, -2]}, [1.0, -2.0]),
        ("INT64", {"int64_contents": [1, -2]}, [1.0, -2.0]),
        ("UINT16", {"uint_contents": [1, 2]}, [1.0, 2.0]),
        ("UINT64", {"uint64_contents": [1, 2]}, [1.0, 2.0]),
    ],
)
def test_typed_contents_of_every_numeric_datatype_are_numbers(
    datatype: str, contents: dict[str, object], expected: list[float]
) -> None:
    read, _ = decoded(request({"name": "wt", "datatype": datatype, "shape": [2], "contents": contents}), NUMBER)
    assert read["wt"].values.tolist() == expected


def test_half_floats_come_raw() -> None:
    raw = np.array([1.5], dtype="<f2").tobytes()
    read, _ = decoded(request({"name": "wt", "datatype": "FP16", "shape": [1, 1]}, raw=[raw]), NUMBER)
    assert read["wt"].values.tolist() == [1.5]


def test_one_two_dimensional_tensor_is_taken_as_columns_in_the_schemas_order() -> None:
    schema = Schema(inputs={"a": ColumnSpec(type="number"), "b": ColumnSpec(type="integer")})
    raw = np.array([[1.5, 2], [3.5, 4]], dtype="<f4").tobytes()
    read, _ = decoded(request({"name": "input-0", "datatype": "FP32", "shape": [2, 2]}, raw=[raw]), schema)
    assert read["a"].values.tolist() == [1.5, 3.5]
    assert read["b"].values.tolist() == [2, 4]


def test_a_frame_without_columns_keeps_its_rows() -> None:
    data = Request.of(Frame((), 3), {}, model_name="m").to_bytes()
    read, _ = decode_request(Request.from_bytes(data), Schema())
    assert read == Frame((), 3)


def test_options_travel_with_their_types_and_get_their_defaults() -> None:
    schema = Schema.of(
        {
            "options": {
                "interval": {"type": "category", "levels": ["none", "confidence"], "default": "none"},
                "level": {"type": "number", "default": 0.95},
                "quantiles": {"type": "number", "list": True},
            }
        }
    )
    data = Request.of(Frame((), 1), {"interval": "confidence", "quantiles": [0.1, 0.9]}, model_name="m").to_bytes()
    _, options = decode_request(Request.from_bytes(data), schema)
    assert options == {"interval": "confidence", "level": 0.95, "quantiles": [0.1, 0.9]}


def test_a_misspelt_option_is_refused_with_the_nearest_name() -> None:
    schema = Schema.of({"options": {"interval": "string"}})
    data = Request.of(Frame((), 1), {"intervall": "none"}, model_name="m").to_bytes()
    with pytest.raises(AnOpsError, match="did you mean `interval`") as caught:
        decode_request(Request.from_bytes(data), schema)
    assert caught.value.problem.code is Code.OPTION_UNKNOWN


def test_parameters_of_other_clients_are_no_options() -> None:
    sent = ModelInferRequest()
    sent.parameters["sequence_id"].int64_param = 7
    sent.parameters["rows"].int64_param = 1
    assert decoded(sent, Schema()) == (Frame((), 1), {})


@pytest.mark.parametrize(
    ("sent", "schema", "code", "words"),
    [
        (
            request({"name": "wt", "datatype": "BYTES", "shape": [1]}, raw=[b"\x01\0\0\0a"]),
            NUMBER,
            Code.COLUMN_TYPE,
            "column `wt` must be a number, not text",
        ),
        (
            request({"name": "wt", "datatype": "FP64", "shape": [2]}, raw=[bytes(8)]),
            NUMBER,
            Code.TENSOR,
            "16 bytes for 2 of FP64, received 8 bytes",
        ),
        (
            request({"name": "wt", "datatype": "INT64", "shape": [1], "contents": {"int64_contents": [(1 << 53) + 1]}}),
            NUMBER,
            Code.COLUMN_RANGE,
            "row 1 is 9007199254740993",
        ),
        (
            request({"name": "wt", "datatype": "NONE", "shape": [0]}, raw=[b""]),
            NUMBER,
            Code.TENSOR,
            "a datatype of the protocol",
        ),
        (request({"name": "wt", "datatype": "FP64", "shape": [-1]}), NUMBER, Code.TENSOR, "negative"),
        (
            request({"name": "s", "datatype": "BYTES", "shape": [1]}, raw=[b"\xff\0\0\0a"]),
            NUMBER,
            Code.TENSOR,
            "an element of 255 bytes",
        ),
        (
            request({"name": "d", "datatype": "BYTES", "shape": [1], "contents": {"bytes_contents": [b"31.12."]}}),
            Schema(inputs={"d": ColumnSpec(type="date")}),
            Code.COLUMN_TYPE,
            'row 1 is "31.12."',
        ),
        (
            request({"name": "x", "datatype": "FP64", "shape": [1, 3]}, raw=[bytes(24)]),
            NUMBER,
            Code.COLUMN_MISSING,
            "must have 1 columns",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_words(sent: ModelInferRequest, schema: Schema, code: Code, words: str) -> None:
    with pytest.raises(AnOpsError) as caught:
        decoded(sent, schema)
    assert caught.value.problem.code is code
    assert words in str(caught.value)


@given(
    st.binary(max_size=200), st.sampled_from(["BYTES", "FP64", "BOOL", "?"]), st.lists(st.integers(-2, 5), max_size=3)
)
def test_no_bytes_break_the_decoder(raw: bytes, datatype: str, shape: list[int]) -> None:
    sent = request({"name": "wt", "datatype": datatype, "shape": shape}, raw=[raw])
    with suppress(AnOpsError):
        decoded(sent, NUMBER)


def test_another_servers_answer_is_read_in_its_own_types() -> None:
    response = ModelInferResponse(
        outputs=[
            ModelInferResponse.InferOutputTensor(
                name="p", datatype="FP32", shape=[2, 2], contents={"fp32_contents": [1, 2, 3, 4]}
            ),
            ModelInferResponse.InferOutputTensor(
                name="label", datatype="BYTES", shape=[2], contents={"bytes_contents": [b"a", b"b"]}
            ),
        ]
    )
    read = decode_answer(answer_of(response), {})
    assert read.names() == ("p_1", "p_2", "label")
    assert read["p_2"].values.tolist() == [2.0, 4.0]
    assert read["label"].type == "string"


def test_an_answer_with_ragged_columns_is_refused() -> None:
    response = ModelInferResponse(
        outputs=[
            ModelInferResponse.InferOutputTensor(
                name="a", datatype="BOOL", shape=[1], contents={"bool_contents": [True]}
            ),
            ModelInferResponse.InferOutputTensor(name="b", datatype="BOOL", shape=[0]),
        ]
    )
    with pytest.raises(AnOpsError, match=r"\[0, 1\] rows") as caught:
        decode_answer(answer_of(response), {})
    assert caught.value.problem.code is Code.MODEL_OUTPUT


@pytest.mark.parametrize("name", ["binary_data_output", "sequence_id", "priority", "timeout", "headers", "triton_x"])
def test_what_clients_add_on_their_own_account_is_no_option(name: str) -> None:
    request = ModelInferRequest(model_name="m", parameters={"rows": {"int64_param": 1}, name: {"bool_param": True}})
    assert decoded(request, Schema())[1] == {}


@pytest.mark.parametrize(("text", "value"), [("0.9", 0.9), ("1", 1)])
def test_a_number_may_come_as_text_from_clients_without_fractions(text: str, value: float) -> None:
    schema = Schema.of({"options": {"level": "number", "n": "integer"}})
    sent = {"rows": {"int64_param": 1}, "level": {"string_param": text}}
    assert decoded(ModelInferRequest(model_name="m", parameters=sent), schema)[1] == {"level": value}
    wrong = ModelInferRequest(model_name="m", parameters={"n": {"string_param": "many"}})
    with pytest.raises(AnOpsError, match="option `n`"):
        decoded(wrong, schema)
