from __future__ import annotations

import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.open_inference.open_inference_pb2 import ModelMetadataResponse
from anops_model_interface.open_inference.tensor_layout import Declared, Tensor, layout_of
from anops_model_interface.schema import Schema

THREE = Schema.of({"inputs": {"a": "number", "b": "integer", "c": "boolean"}})


def metadata(*tensors: tuple[str, str, list[int]], outputs: tuple[tuple[str, str, list[int]], ...] = ()) -> object:
    response = ModelMetadataResponse(name="m")
    for given, target in ((tensors, response.inputs), (outputs, response.outputs)):
        for name, datatype, shape in given:
            target.add(name=name, datatype=datatype, shape=shape)
    return response


def refused(response: object, declared: Declared | None = None) -> str:
    with pytest.raises(AnOpsError) as caught:
        layout_of(response, declared)  # type: ignore[arg-type]
    assert caught.value.problem.code is Code.NOT_READY
    return f"{caught.value.problem.message} {caught.value.problem.remedy}"


def test_columns_follow_from_tensors() -> None:
    layout = layout_of(metadata(("x", "FP32", [-1, 1]), ("n", "UINT8", [-1]), ("s", "BYTES", [])))  # type: ignore[arg-type]
    assert {name: spec.type for name, spec in layout.schema.inputs.items()} == {
        "x": "number",
        "n": "integer",
        "s": "string",
    }
    assert (layout.schema.inputs["n"].min, layout.schema.inputs["n"].max) == (0, 255)
    assert [tensor.flat for tensor in layout.tensors] == [False, True, True]


@pytest.mark.parametrize(
    ("datatype", "low", "high"),
    [
        ("INT8", -128, 127),
        ("INT16", -(2**15), 2**15 - 1),
        ("INT32", -(2**31), 2**31 - 1),
        ("INT64", None, None),
        ("UINT8", 0, 255),
        ("UINT16", 0, 2**16 - 1),
        ("UINT32", 0, 2**32 - 1),
        ("UINT64", 0, None),
        ("FP32", None, None),
    ],
)
def test_whole_numbers_have_the_limits_of_their_datatype(datatype: str, low: float | None, high: float | None) -> None:
    spec = layout_of(metadata(("x", datatype, [-1]))).schema.inputs["x"]  # type: ignore[arg-type]
    assert (spec.min, spec.max) == (low, high)


def test_a_tensor_of_several_columns_is_served_under_numbered_names() -> None:
    response = metadata(("x", "FP32", [-1, 3]), outputs=(("p", "FP32", [-1, 2]), ("label", "INT64", [-1, 1])))
    layout = layout_of(response)  # type: ignore[arg-type]
    assert list(layout.schema.inputs) == ["x_1", "x_2", "x_3"]
    assert list(layout.schema.outputs) == ["p_1", "p_2", "label"]
    assert layout.tensors == (Tensor("x", "FP32", ("x_1", "x_2", "x_3"), flat=False),)


@pytest.mark.parametrize("shape", [[-1, 3], [-1, -1], [1, 3]])
def test_a_file_names_the_columns_of_a_tensor(shape: list[int]) -> None:
    layout = layout_of(metadata(("x", "FP32", shape)), Declared(THREE))  # type: ignore[arg-type]
    assert layout.tensors == (Tensor("x", "FP32", ("a", "b", "c"), flat=False),)
    assert layout.schema.inputs["a"].missing == "allow"
    assert layout.schema.inputs["b"].missing == "error"


def test_a_tensor_takes_the_column_of_its_name_and_others_the_rest() -> None:
    layout = layout_of(metadata(("x", "FP32", [-1, -1]), ("b", "INT64", [-1])), Declared(THREE))  # type: ignore[arg-type]
    assert [tensor.columns for tensor in layout.tensors] == [("a", "c"), ("b",)]


def test_a_server_that_names_nothing_takes_a_tensor_for_each_column_or_one_for_all() -> None:
    response = metadata()
    each = layout_of(response, Declared(THREE))  # type: ignore[arg-type]
    assert [(tensor.name, tensor.datatype, tensor.flat) for tensor in each.tensors] == [
        ("a", "FP64", True),
        ("b", "INT64", True),
        ("c", "BOOL", True),
    ]
    one = layout_of(response, Declared(THREE, "input-0", "FP32"))  # type: ignore[arg-type]
    assert one.tensors == (Tensor("input-0", "FP32", ("a", "b", "c"), flat=False),)


def test_a_server_that_names_no_columns_says_how_to_name_them() -> None:
    assert "--schema-file" in refused(metadata())
    assert "--schema-file" in refused(metadata(("x", "FP32", [-1, -1])))


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ((("x", "FP32", [-1, 3, 4]),), "[-1, 3, 4]"),
        ((("x", "BF16", [-1]),), "BF16"),
        ((("x", "", [-1]),), "(none)"),
        ((("x", "FP32", [-1, 2]), ("x_1", "FP32", [-1])), "same name"),
        ((("x", "FP32", [-1, 0]),), "[-1, 0]"),
    ],
)
def test_tensors_that_are_no_columns_are_refused_with_the_reason(
    tensors: tuple[tuple[str, str, list[int]], ...], words: str
) -> None:
    assert words in refused(metadata(*tensors))


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ((("x", "FP32", [-1, 4]),), "names 3 columns, and its server takes 4"),
        ((("x", "FP32", [-1, -1]), ("y", "FP32", [-1, -1])), "`y`"),
        ((("a", "BYTES", [-1]), ("b", "INT64", [-1]), ("c", "BOOL", [-1])), "column `a` is of type number"),
    ],
)
def test_a_file_that_does_not_fit_the_server_is_refused(
    tensors: tuple[tuple[str, str, list[int]], ...], words: str
) -> None:
    assert words in refused(metadata(*tensors), Declared(THREE))


@pytest.mark.parametrize("shape", [[4], [4, 3], [2, 1]])
@pytest.mark.parametrize("declared", [None, Declared(THREE)])
def test_a_fixed_number_of_rows_is_refused_with_what_to_change(shape: list[int], declared: Declared | None) -> None:
    # Triton without batches means its shapes literally: [4] is one row of four, and not four rows
    assert "no room for any number of rows" in refused(metadata(("x", "FP32", shape)), declared)
