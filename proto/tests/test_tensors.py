from __future__ import annotations

import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.open_inference.open_inference_pb2 import InferTensorContents, ModelInferRequest
from anops_model_interface.open_inference.tensor_messages import tensors_of
from anops_model_interface.packed_frames import arrays_of
from anops_model_interface.tensors import count_of

Input = ModelInferRequest.InferInputTensor


@pytest.mark.parametrize(
    "shape",
    [
        [2] + [1] * 64,
        [1] * 33,
        [1] * 100_000,
        [-1],
        [-2, -2],
        [2**62],
        [2**40, 2**40],
        [0, 2**62, 2**62],
        [2**62, 0],
        [0] + [2**63 - 1] * 8,
    ],
    ids=str,
)
def test_absurd_shapes_are_refused_as_tensors(shape: list[int]) -> None:
    tensor = Input(name="x", datatype="FP64", shape=shape)
    with pytest.raises(AnOpsError) as caught:
        arrays_of(*tensors_of([tensor], [b"\0" * 16]))
    assert caught.value.problem.code is Code.TENSOR
    assert len(caught.value.problem.message) < 500


def test_shapes_without_elements_are_taken() -> None:
    assert [count_of(shape, name="x") for shape in ([], [0], [0, 4], [4, 0], [1] * 32)] == [1, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("datatype", "contents", "received"),
    [
        ("INT8", {"int_contents": [1, 300]}, "300 as element 2"),
        ("INT8", {"int_contents": [-129]}, "-129 as element 1"),
        ("INT16", {"int_contents": [70000]}, "70000"),
        ("INT16", {"int_contents": [-40000]}, "-40000"),
        ("UINT8", {"uint_contents": [256]}, "256"),
        ("UINT16", {"uint_contents": [65536]}, "65536"),
    ],
)
def test_typed_integers_beyond_their_datatype_are_refused(
    datatype: str, contents: dict[str, list[int]], received: str
) -> None:
    (values,) = contents.values()
    tensor = Input(name="x", datatype=datatype, shape=[len(values)], contents=InferTensorContents(**contents))
    with pytest.raises(AnOpsError) as caught:
        tensors_of([tensor], [])
    assert caught.value.problem.code is Code.TENSOR
    assert received in caught.value.problem.message
