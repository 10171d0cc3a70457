"""Which tensors a server of another make wants, and how a model's columns go into them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.datatypes import DATATYPES
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec, ColumnType, Schema
from anops_model_interface.tensors import DTYPES, integer_limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from anops_model_interface.open_inference.open_inference_pb2 import ModelMetadataResponse

    TensorMetadata = ModelMetadataResponse.TensorMetadata

HOW_TO_NAME_COLUMNS = (
    "Name the columns in a file, or give a CSV file of example rows: --schema-file FILE or ANOPS_SCHEMA_FILE."
)
_MOST_COLUMNS = 100_000
_TEXTS = frozenset({"string", "category", "date", "datetime"})


@dataclass(frozen=True, slots=True)
class Declared:
    """What a person says of a model whose server does not.

    Attributes:
        schema: Its columns and options.
        tensor: The one tensor that takes all columns side by side; empty: each column is a tensor of its own.
        datatype: The datatype of that tensor.
    """

    schema: Schema
    tensor: str = ""
    datatype: str = "FP64"


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of a request.

    Attributes:
        name: Its name.
        datatype: Its datatype.
        columns: The columns it holds, side by side.
        flat: Whether its shape is `[rows]`, not `[rows, columns]`.
    """

    name: str
    datatype: str
    columns: tuple[str, ...]
    flat: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """How the columns of a model travel to its server.

    Attributes:
        schema: What the model takes and gives, as far as it is known.
        tensors: The tensors of a request.
    """

    schema: Schema
    tensors: tuple[Tensor, ...]


def layout_of(response: ModelMetadataResponse, declared: Declared | None = None) -> Layout:
    """Read the contract of a model on a server that knows nothing of `anops.schema`.

    Args:
        response: What the server says of the model.
        declared: What a person says of it.

    Raises:
        AnOpsError: `NOT_READY`: its columns are unknown, or it takes tensors that are no columns.
    """
    if declared is None and not response.inputs:
        raise _unusable(response.name, "its server does not say which columns it takes", HOW_TO_NAME_COLUMNS)
    for described in response.inputs:
        _refuse_fixed_rows(described, response.name)
    if declared is None:
        named = [(tensor, _names_in(tensor, response.name)) for tensor in response.inputs]
        inputs = {name: _spec(tensor.datatype) for tensor, names in named for name in names}
        if len(inputs) < sum(len(names) for _, names in named):
            raise _unusable(response.name, "two of its columns would have the same name", HOW_TO_NAME_COLUMNS)
    else:
        inputs = {name: _with_policy(spec) for name, spec in declared.schema.inputs.items()}
        named = _assigned(response, list(inputs)) if response.inputs else []
    tensors = tuple(
        Tensor(tensor.name, tensor.datatype, tuple(names), flat=len(tensor.shape) < 2) for tensor, names in named
    )
    if declared is not None and not response.inputs:
        tensors = _without_metadata(declared)
    for tensor in tensors:
        _check_types(tensor, inputs, response.name)
    outputs = dict(declared.schema.outputs) if declared is not None else {}
    options = dict(declared.schema.options) if declared is not None else {}
    schema = Schema(inputs=inputs, outputs=outputs or _outputs(response.outputs), options=options)
    return Layout(schema, tensors)


def _without_metadata(declared: Declared) -> tuple[Tensor, ...]:
    inputs = declared.schema.inputs
    if declared.tensor:
        return (Tensor(declared.tensor, declared.datatype, tuple(inputs), flat=False),)
    return tuple(Tensor(name, DATATYPES.get(spec.type, "BYTES"), (name,), flat=True) for name, spec in inputs.items())


def _names_in(tensor: TensorMetadata, model: str) -> list[str]:
    """Name the columns of a tensor after it: `x`, or `x_1`, `x_2`, … where it has several."""
    width = _width(tensor, model)
    if width is None:
        what = f"its tensor `{tensor.name}` does not say how many columns it has"
        raise _unusable(model, what, HOW_TO_NAME_COLUMNS)
    return [tensor.name] if width == 1 else [f"{tensor.name}_{i + 1}" for i in range(width)]


def _assigned(response: ModelMetadataResponse, columns: list[str]) -> list[tuple[TensorMetadata, list[str]]]:
    """Give each tensor its columns: the one of its name, else the next ones."""
    names = {tensor.name for tensor in response.inputs}
    left = [column for column in columns if column not in names]
    widths = [1 if tensor.name in columns else _width(tensor, response.name) for tensor in response.inputs]
    if widths.count(None) == 1:
        known = sum(
            width or 0 for width, tensor in zip(widths, response.inputs, strict=True) if tensor.name not in columns
        )
        widths[widths.index(None)] = max(1, len(left) - known)
    wanted = sum(width or 1 for width in widths)
    if wanted != len(columns) or None in widths:
        tensors = ", ".join(f"`{tensor.name}` {list(tensor.shape)}" for tensor in response.inputs[:5])
        raise _unusable(
            response.name,
            f"the file names {len(columns)} columns, and its server takes {wanted}: {tensors}",
            "Name as many columns in the file of --schema-file as the server takes, in its order.",
        )
    result: list[tuple[TensorMetadata, list[str]]] = []
    for tensor, width in zip(response.inputs, widths, strict=True):
        if tensor.name in columns:
            result.append((tensor, [tensor.name]))
        else:
            result.append((tensor, left[: width or 1]))
            left = left[width or 1 :]
    return result


def _width(tensor: TensorMetadata, model: str) -> int | None:
    """Return how many columns a tensor has; None where it does not say."""
    shape = list(tensor.shape)
    if len(shape) < 2:
        return 1
    if len(shape) > 2 or shape[1] == 0 or shape[1] > _MOST_COLUMNS:
        must = f"its tensor `{tensor.name}` must have the shape [rows] or [rows, columns], not {shape[:8]}"
        raise _unusable(model, must)
    return None if shape[1] < 0 else shape[1]


def _refuse_fixed_rows(tensor: TensorMetadata, model: str) -> None:
    """Refuse a tensor whose first dimension is a number: before Triton without batches, `[4]` is one row of four.

    A 1 is one row, or stands for any number of them: the server itself refuses more.
    """
    if tensor.shape and tensor.shape[0] > 1:
        raise _unusable(
            model,
            f"its tensor `{tensor.name}` of shape {list(tensor.shape)[:8]} leaves no room for any number of rows",
            "Let its first dimension be -1, for the rows: in Triton, set max_batch_size to 1 or more and leave the "
            "rows out of `dims`.",
        )


def _check_types(tensor: Tensor, inputs: Mapping[str, ColumnSpec], model: str) -> None:
    if tensor.datatype != "BYTES" and tensor.datatype not in DTYPES:
        raise _unusable(model, f"its tensor `{tensor.name}` has the datatype {tensor.datatype or '(none)'}")
    for name in tensor.columns:
        if (inputs[name].type in _TEXTS) != (tensor.datatype == "BYTES"):
            raise _unusable(
                model,
                f"column `{name}` is of type {inputs[name].type}, and its server takes {tensor.datatype} for it",
                f"Correct the type of `{name}` in the file of --schema-file.",
            )


def _outputs(tensors: Iterable[TensorMetadata]) -> dict[str, ColumnSpec]:
    outputs: dict[str, ColumnSpec] = {}
    for tensor in tensors:
        shape = list(tensor.shape)
        spec = ColumnSpec(type=_kind(tensor.datatype))
        if len(shape) < 2 or shape[1:] == [1]:
            outputs[tensor.name] = spec
        elif len(shape) == 2 and 1 < shape[1] <= _MOST_COLUMNS:
            outputs.update({f"{tensor.name}_{i + 1}": spec for i in range(shape[1])})
    return outputs


def _spec(datatype: str) -> ColumnSpec:
    kind = _kind(datatype)
    low, high = integer_limits(datatype) or (None, None)
    wide = datatype.endswith("64")  # 64 bits are more than a double can say
    return ColumnSpec(
        type=kind,
        min=None if low is None or (wide and low) else float(low),
        max=None if high is None or wide else float(high),
        missing=_default_policy(kind),
    )


def _with_policy(spec: ColumnSpec) -> ColumnSpec:
    if spec.missing is not None:
        return spec
    return replace(spec, missing=_default_policy(spec.type))


def _default_policy(kind: ColumnType) -> str:
    # NaN reaches any server; only the model knows whether it can take it
    return "allow" if kind == "number" else "error"


def _kind(datatype: str) -> ColumnType:
    if datatype == "BOOL":
        return "boolean"
    if datatype.startswith("FP"):
        return "number"
    return "integer" if "INT" in datatype else "string"


def _unusable(model: str, why: str, remedy: str | None = None) -> AnOpsError:
    name = f"model `{model}`" if model else "the model"
    return AnOpsError(Code.NOT_READY, f"Can't use {name}: {why}.", remedy=remedy)
