"""The private form: what is sent is what arrives, and no bytes do worse than to be refused."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from anops_model_interface.answers import Answer, decode_answer
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame, Warn
from anops_model_interface.requests import Request, decode_checked_request, decode_request
from anops_model_interface.schema import Schema
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = Schema.of(
    {
        "inputs": {"x": "number", "n": "integer", "b": "boolean", "t": "string"},
        "options": {"level": "number", "kinds": {"type": "string", "list": True}},
    }
)
GAP = np.array([False, True, False])
FRAME = Frame(
    (
        Column("x", "number", np.array([1.5, np.nan, -2])),
        Column("n", "integer", np.array([7, 0, 1 << 60]), GAP),
        Column("b", "boolean", np.array([True, False, True])),
        Column("t", "string", np.array(["ä", "", "中"], dtype=object), GAP),
    ),
    3,
)
REQUEST = Request.of(
    FRAME, {"level": 0.9, "kinds": ["a", "b"]}, model_name="m", request_id="7", checked=SCHEMA.digest
).to_bytes()
ANSWER = Answer.of(FRAME, [Warn("new", column="ä", rows=(1, 3))], model_name="m", model_version="2").to_bytes()


def test_numbers_are_read_where_they_stand() -> None:
    request = Request.from_bytes(REQUEST)
    read, _ = decode_checked_request(request, SCHEMA)
    start = np.frombuffer(REQUEST, dtype=np.uint8).ctypes.data
    for name in ("x", "n", "b"):
        values = read[name].values
        assert start <= values.ctypes.data < start + len(REQUEST)
        assert values.flags.aligned


def test_options_come_as_they_were_sent() -> None:
    _, options = decode_checked_request(Request.from_bytes(REQUEST), SCHEMA)
    assert options == {"level": 0.9, "kinds": ["a", "b"]}
    huge = Request.of(FRAME, {"level": 1 << 70, "kinds": []}, model_name="m").to_bytes()
    assert decode_request(Request.from_bytes(huge), SCHEMA)[1] == {"level": float(1 << 70), "kinds": []}


def test_an_option_may_have_any_name() -> None:
    schema = Schema.of({"options": {"rows": "integer", "triton_x": "string", "priority": "number"}})
    sent = {"rows": 5, "triton_x": "y", "priority": 0.5}
    data = Request.of(Frame((), 3), sent, model_name="m").to_bytes()
    read, options = decode_request(Request.from_bytes(data), schema)
    assert (read.rows, options) == (3, sent)


def test_halves_of_characters_are_told_apart() -> None:
    told = Answer.from_bytes(Answer.of(FRAME, [Warn("\ud800", call="f(\udfff)")], model_name="m").to_bytes())
    assert told.head.warnings == (Warn("\ufffd", call="f(\ufffd)"),)
    broken = Frame((Column("t", "string", np.array(["\ud800"], dtype=object)),), 1)
    with pytest.raises(UnicodeEncodeError):
        Answer.of(broken, (), model_name="m").to_bytes()


def read_request(data: bytes) -> None:
    request = Request.from_bytes(data)
    if request.says_checked(SCHEMA):
        decode_checked_request(request, SCHEMA)
    decode_request(request, SCHEMA)


def read_answer(data: bytes) -> None:
    decode_answer(Answer.from_bytes(data), SCHEMA.inputs)


READERS: list[tuple[Callable[[bytes], None], bytes, Code]] = [
    (read_request, REQUEST, Code.TENSOR),
    (read_answer, ANSWER, Code.MODEL_OUTPUT),
]


@pytest.mark.parametrize(("read", "whole", "code"), READERS)
def test_a_part_of_a_message_is_refused(read: Callable[[bytes], None], whole: bytes, code: Code) -> None:
    read(whole)
    for data in (whole + bytes(8), *(whole[:end] for end in range(len(whole)))):
        with pytest.raises(AnOpsError, match="not in the form") as caught:
            read(data)
        assert caught.value.problem.code is code


def test_an_answer_is_no_request() -> None:
    with pytest.raises(AnOpsError, match="Can't read the request"):
        read_request(ANSWER)
    with pytest.raises(AnOpsError, match="Can't read the model's answer"):
        read_answer(REQUEST)


@pytest.mark.parametrize(("read", "whole", "_"), READERS)
@given(st.data())
def test_no_bytes_do_worse_than_to_be_refused(
    read: Callable[[bytes], None], whole: bytes, _: Code, data: st.DataObject
) -> None:
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(AnOpsError):
        read(bytes(changed))


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [("x", np.array([1, 2, 3]), "integer"), ("t", np.array([1.0, 2, 3]), "number"), ("n", np.ones(3), "number")],
)
def test_a_checked_column_of_another_type_is_refused(name: str, values: np.ndarray, kind: str) -> None:
    columns = tuple(
        Column(name, kind, values) if column.name == name else column  # type: ignore[arg-type]
        for column in FRAME.columns
    )
    request = Request.of(Frame(columns, 3), {}, model_name="m", checked=SCHEMA.digest)
    with pytest.raises(AnOpsError, match=f"`{name}`: it must be a column of type") as caught:
        decode_checked_request(Request.from_bytes(request.to_bytes()), SCHEMA)
    assert caught.value.problem.code is Code.TENSOR


def test_checked_columns_of_different_lengths_are_refused() -> None:
    columns = (Column("x", "number", np.zeros(2)), *FRAME.columns[1:])
    tensor = Request.of(Frame(columns[:1], 2), {}, model_name="m")
    rest = Request.of(Frame(columns[1:], 3), {}, model_name="m", checked=SCHEMA.digest)
    head = msgspec.structs.replace(rest.head, tensors=(*tensor.head.tensors, *rest.head.tensors))
    request = Request(head, [*tensor.buffers, *rest.buffers])
    with pytest.raises(AnOpsError, match="`n`"):
        decode_checked_request(Request.from_bytes(request.to_bytes()), SCHEMA)
