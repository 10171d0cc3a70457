from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.frames import Frame, Warn
from anops_model_interface.open_inference.foreign_requests import encode_foreign_request
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest
from anops_model_interface.open_inference.requests import request_of
from anops_model_interface.open_inference.tensor_layout import Layout, Tensor
from anops_model_interface.schema import Schema


def sent(datatype: str, *values: Any, kind: str = "number", flat: bool = True) -> tuple[np.ndarray, tuple[Warn, ...]]:
    """Send a column to a server that takes it in a datatype, and return what arrives there."""
    dtype = {"number": np.float64, "integer": np.int64, "boolean": bool}[kind]
    missing = np.array([value is None for value in values])
    array = np.array([np.nan if kind == "number" and value is None else value or 0 for value in values], dtype=dtype)
    column = Column("x", kind, array, missing if kind != "number" and missing.any() else None)  # type: ignore[arg-type]
    layout = Layout(Schema(), (Tensor("x", datatype, ("x",), flat=flat),))
    data, warnings = encode_foreign_request(Frame((column,), len(values)), {}, layout, model_name="m")
    request = ModelInferRequest.FromString(data)
    codes = {"BOOL": "?", "FP16": "<f2", "FP32": "<f4", "FP64": "<f8", "INT64": "<i8", "UINT64": "<u8"}
    codes |= {"INT8": "<i1", "INT16": "<i2", "INT32": "<i4", "UINT8": "<u1", "UINT16": "<u2", "UINT32": "<u4"}
    assert list(request.inputs[0].shape) == ([len(values)] if flat else [len(values), 1])
    return np.frombuffer(request.raw_input_contents[0], dtype=codes[datatype]), warnings


def refusal(datatype: str, *values: Any, kind: str = "number") -> Problem:
    with pytest.raises(AnOpsError) as caught:
        sent(datatype, *values, kind=kind)
    return caught.value.problem


LIMITS = [(f"INT{n}", -(2 ** (n - 1)), 2 ** (n - 1) - 1) for n in (8, 16, 32)] + [
    (f"UINT{n}", 0, 2**n - 1) for n in (8, 16, 32)
]


@pytest.mark.parametrize(("datatype", "low", "high"), LIMITS)
@pytest.mark.parametrize("kind", ["integer", "number"])
def test_whole_numbers_beyond_the_datatype_are_refused_with_their_row(
    datatype: str, low: int, high: int, kind: str
) -> None:
    assert sent(datatype, low, high, kind=kind)[0].tolist() == [low, high]
    for wrong in (low - 1, high + 1):
        problem = refusal(datatype, low, wrong, kind=kind)
        assert problem.code is Code.COLUMN_RANGE
        assert (problem.faults[0].column, problem.faults[0].row) == ("x", 2)
        assert datatype in problem.message


@pytest.mark.parametrize(
    ("datatype", "wrong"),
    [("INT64", 2.0**63), ("UINT64", -1.0), ("UINT64", 2.0**64), ("INT64", float("inf")), ("INT8", float("-inf"))],
)
def test_doubles_beyond_64_bits_are_refused(datatype: str, wrong: float) -> None:
    assert refusal(datatype, 0.0, wrong).faults[0].row == 2


def test_the_largest_whole_numbers_arrive_exactly() -> None:
    assert sent("INT64", -(2**63), 2**63 - 1, kind="integer")[0].tolist() == [-(2**63), 2**63 - 1]
    assert sent("UINT64", 2**63 - 1, kind="integer")[0].tolist() == [2**63 - 1]
    assert sent("UINT64", 2.0**63)[0].tolist() == [2**63]
    assert refusal("UINT64", -1, kind="integer").faults[0].row == 1


def test_fractions_and_gaps_do_not_become_whole_numbers() -> None:
    assert refusal("INT32", 1.0, 2.5).code is Code.COLUMN_TYPE
    assert refusal("INT32", 1.0, None).code is Code.VALUE_MISSING
    assert refusal("INT32", 1, None, kind="integer").code is Code.VALUE_MISSING
    assert refusal("BOOL", True, None, kind="boolean").code is Code.VALUE_MISSING
    assert refusal("BOOL", 2, kind="integer").code is Code.COLUMN_RANGE


@pytest.mark.parametrize(("datatype", "largest"), [("FP16", 65504.0), ("FP32", float(np.finfo(np.float32).max))])
def test_numbers_beyond_a_short_float_are_refused(datatype: str, largest: float) -> None:
    assert sent(datatype, largest, -largest)[0].tolist() == [largest, -largest]
    for wrong in (largest * 1.01, -largest * 1.01, 1e300):
        problem = refusal(datatype, 1.0, wrong)
        assert problem.code is Code.COLUMN_RANGE
        assert problem.faults[0].row == 2


def test_infinities_and_gaps_of_numbers_arrive() -> None:
    values, warnings = sent("FP32", float("inf"), float("-inf"), None)
    assert np.isposinf(values[0])
    assert np.isneginf(values[1])
    assert np.isnan(values[2])
    assert warnings == ()
    assert np.isnan(sent("FP64", 1, None, kind="integer")[0][1])


def test_what_a_short_float_only_comes_near_is_told() -> None:
    values, (warning,) = sent("FP32", 1.0, 16777217.0, 0.1)
    assert values[1] == 16777216
    assert (warning.column, warning.rows) == ("x", (2,))
    assert warning.message == (
        "Column `x`: row 2 is 16777217, taken as 16777216, the nearest that the server's datatype FP32 has."
    )
    assert "taken as 0" in sent("FP32", 1e-60)[1][0].message
    assert "2 more rows" in sent("FP16", 2049, 4097, 2051, kind="integer")[1][0].message


def test_columns_go_side_by_side_in_the_order_of_the_tensor() -> None:
    columns = tuple(Column(name, "number", np.array([i, i + 10.0])) for i, name in enumerate("ab"))
    layout = Layout(Schema(), (Tensor("t", "FP32", ("b", "a"), flat=False),))
    request = ModelInferRequest.FromString(
        encode_foreign_request(Frame(columns, 2), {"level": 0.9}, layout, model_name="m")[0]
    )
    assert list(request.inputs[0].shape) == [2, 2]
    assert np.frombuffer(request.raw_input_contents[0], dtype="<f4").tolist() == [1, 0, 11, 10]
    assert request.parameters["level"].double_param == 0.9


def test_texts_in_base64_are_refused() -> None:
    message = ModelInferRequest()
    message.inputs.add(name="s", datatype="BYTES", shape=[1]).parameters["content_type"].string_param = "base64"
    with pytest.raises(AnOpsError, match="its texts are in base64"):
        request_of(message)


def test_the_greatest_values_of_an_output_are_refused() -> None:
    message = ModelInferRequest()
    message.outputs.add(name="p").parameters["classification"].int64_param = 2
    with pytest.raises(AnOpsError, match="`classification` is not supported"):
        request_of(message)


@pytest.mark.parametrize("of_answer", [False, True])
def test_tensors_in_shared_memory_are_refused_as_such(of_answer: bool) -> None:
    message = ModelInferRequest()
    where = message.outputs.add(name="p") if of_answer else message.inputs.add(name="x", datatype="FP64", shape=[3])
    where.parameters["shared_memory_region"].string_param = "region"
    with pytest.raises(AnOpsError, match="shared memory") as caught:
        request_of(message)
    assert caught.value.problem.code is Code.TENSOR
