"""What is made of a model of another tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from anops_control.init.elsewhere.brought import Brought, made_up_rows
from anops_control.init.elsewhere.onnx_facts import classes_of, files_of, levels_of
from anops_control.init.elsewhere.suited_rows import suited
from anops_control.init.intake import Intake
from anops_model_interface.schema import ColumnSpec, Schema
from anops_project.description import Description

if TYPE_CHECKING:
    from pathlib import Path


def test_a_model_whose_rows_can_not_be_made_up_names_its_columns() -> None:
    brought = Brought(Intake("python", None, None), named=("age", "region"))
    with pytest.raises(CommandError, match="its columns are `age`, `region`, and has no example rows") as caught:
        brought.need_rows("mlruns/1")
    assert "--data example.csv" in str(caught.value.remedy)


def test_rows_are_made_up_of_each_type_and_the_same_each_time() -> None:
    rows = made_up_rows(["number", "integer", "boolean", "datetime"])
    assert rows == made_up_rows(iter(["number", "integer", "boolean", "datetime"]))
    assert [type(value) for value in rows[0]] == [float, int, bool, str]
    assert len({row[0] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("header", "in_order", "others"),
    [
        (["km", "region", "Insured age"], False, ()),
        (["km", "region", "y", "Insured_age", "paid"], False, ("y",)),
        (["a", "b", "paid", "c"], True, ()),
        (
            ["km", "Insured age", "paid"],
            False,
            "takes the columns `Insured_age`, `km`, `region`; `x.csv` lacks `region`",
        ),
        (["a", "b", "c", "d"], True, "The model takes 3 columns; `x.csv` has 4"),
    ],
)
def test_rows_give_the_columns_that_the_model_takes(
    tmp_path: Path, header: list[str], *, in_order: bool, others: tuple[str, ...] | str
) -> None:
    brought = Brought(Intake("python", None, None), takes=("Insured_age", "km", "region"), in_order=in_order)
    rows = tmp_path / "x.csv"
    rows.write_text(f"{','.join(header)}\n{','.join(header)}\n", encoding="utf-8")
    if isinstance(others, str):
        with pytest.raises(CommandError, match=others), suited(rows, brought, "paid"):
            pass
        return
    with suited(rows, brought, "paid") as (fewer, left):
        assert left == others
        kept = [name for name in header if name not in others]
        assert fewer.read_text(encoding="utf-8").splitlines() == [",".join(kept)] * 2


def test_types_limits_and_levels_are_those_of_the_model() -> None:
    brought = Brought(
        Intake("python", None, None),
        takes=("n_1", "free_text", "region"),
        types={"n_1": "integer", "free_text": "string", "region": "string"},
        limits={"n_1": (0, 255)},
        levels={"region": ("NA", "Nord")},
    )
    names = {"region": "category", "n 1": "number", "free text": "category"}
    seen = {name: ColumnSpec(type=kind) for name, kind in names.items()}  # type: ignore[arg-type]  # one of them
    inputs = brought.added_to(Description("a graph", "a graph", Schema(inputs=seen))).schema.inputs
    assert (inputs["n 1"].type, inputs["n 1"].min, inputs["n 1"].max) == ("integer", 0, 255)
    assert inputs["free text"].type == "string"
    assert inputs["region"].levels == ("NA", "Nord")


def field(number: int, value: bytes | str | int) -> bytes:
    """Write a field of protobuf."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value % 2**64)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


def graph(*nodes: tuple[str, str, str, str, list[str] | list[int]]) -> memoryview:
    """Write a graph of nodes: operator, input, output, and an attribute with its values."""
    written = b""
    for operator, taken, given, name, values in nodes:
        attribute = field(1, name) + b"".join(field(8 if isinstance(one, int) else 9, one) for one in values)
        written += field(1, field(1, taken) + field(2, given) + field(4, operator) + field(5, attribute))
    return memoryview(field(1, 8) + field(7, written + field(2, "a name")))


def test_classes_and_levels_stand_in_the_nodes_of_an_onnx_graph() -> None:
    model = graph(
        ("Reshape", "region", "flat", "", []),
        ("OneHotEncoder", "flat", "codes", "cats_strings", ["NA", "Süd"]),
        ("LinearClassifier", "codes", "label", "classlabels_ints", [-1, 300]),
    )
    assert classes_of(model) == [-1, 300]
    assert levels_of(model) == {"region": ["NA", "Süd"]}
    other = ("LinearClassifier", "codes", "other", "classlabels_strings", ["no", "yes"])
    assert classes_of(graph(other)) == ["no", "yes"]
    assert classes_of(graph(other, ("ZipMap", "other", "zipped", "classlabels_strings", ["yes", "no"]))) == []


def test_weights_that_lie_beside_an_onnx_graph_are_known() -> None:
    inside = field(5, field(8, "small"))
    beside = [field(5, field(13, field(1, "location") + field(2, name))) for name in ("net.onnx.data", "more.data")]
    assert files_of(memoryview(field(7, inside + b"".join(beside) + beside[0]))) == ["more.data", "net.onnx.data"]
