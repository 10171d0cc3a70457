"""Data frames, and how they travel in requests of the Open Inference Protocol."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from anops_model_interface import tensors
from anops_model_interface.coded_texts import DATATYPE, code
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, column_from_array
from anops_model_interface.datatypes import DATATYPES
from anops_model_interface.errors import AnOpsError, FaultCollector
from anops_model_interface.named_arrays import arrays_of, unnamed_columns
from anops_model_interface.open_inference.open_inference_pb2 import (
    InferParameter,
    ModelInferRequest,
    ModelInferResponse,
)
from anops_model_interface.options import OptionValue, parameter_of, validate_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import Schema

__all__ = [
    "Column",
    "Frame",
    "OptionValue",
    "Warn",
    "decode_checked_request",
    "decode_request",
    "encode_request",
    "is_checked",
]

PROTOCOL_PARAMETERS = frozenset(
    {
        "binary_data_output",
        "content_type",
        "headers",
        "priority",
        "sequence_end",
        "sequence_id",
        "sequence_start",
        "timeout",
    }
)
"""Request parameters that other clients send on their own account; they are no options."""


_CHECKED = "anops.checked"


@dataclass(frozen=True, slots=True)
class Frame:
    """A data frame on the way.

    Attributes:
        columns: The columns, each of `rows` values.
        rows: The number of rows; it stands for itself where there are no columns.
    """

    columns: tuple[Column, ...]
    rows: int

    def names(self) -> tuple[str, ...]:
        """Return the columns' names in their order."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def take(self, start: int, stop: int) -> Frame:
        """Return the rows from `start` (0-based) up to, without, `stop`."""
        start, stop, _ = slice(start, stop).indices(self.rows)
        rows = max(0, stop - start)
        return Frame(tuple(column.take(start, start + rows) for column in self.columns), rows)

    def at(self, rows: Sequence[int] | np.ndarray) -> Frame:
        """Return the rows at some places (0-based, 1-D, integers), in the order given."""
        places = np.asarray(rows, dtype=np.intp)
        return Frame(tuple(column.at(places) for column in self.columns), len(places))


@dataclass(frozen=True, slots=True)
class Warn:
    """A warning on its way to the caller.

    Attributes:
        message: What was warned of.
        call: The R call or Python line it came from.
        column: The column it is about.
        rows: The rows it is about, counted from 1; at most 20.
    """

    message: str
    call: str | None = None
    column: str | None = None
    rows: tuple[int, ...] = ()


def encode_request(
    frame: Frame,
    options: Mapping[str, OptionValue],
    *,
    model_name: str,
    model_version: str = "",
    request_id: str = "",
    checked: str = "",
) -> bytes:
    """Write a ModelInfer request.

    Args:
        frame: The rows.
        options: What is asked of the model.
        model_name: The model's name.
        model_version: Its version; empty: the one that is served.
        request_id: Comes back in the response.
        checked: The digest of the schema that the rows were checked against; empty: they were not.
    """
    request = ModelInferRequest(model_name=model_name, model_version=model_version, id=request_id)
    if checked:
        request.parameters[_CHECKED].string_param = checked
    if not frame.columns:
        request.parameters["rows"].int64_param = frame.rows
    for name, option in options.items():
        request.parameters[name].CopyFrom(parameter_of(option))
    for column in frame.columns:
        datatype = DATATYPES.get(column.type, "BYTES")
        request.raw_input_contents.append(
            append_tensor(request.inputs.add(), column, datatype, [frame.rows], coded=bool(checked))
        )
    return request.SerializeToString()


def is_checked(request: ModelInferRequest, schema: Schema) -> bool:
    """Say whether the sender has checked the rows against this very schema, and applied its policies."""
    return (
        _CHECKED in request.parameters
        and request.parameters[_CHECKED].string_param == schema.digest
        and [tensor.name for tensor in request.inputs] == list(schema.inputs)
    )


def decode_checked_request(request: ModelInferRequest, schema: Schema) -> tuple[Frame, dict[str, OptionValue]]:
    """Read a request for which `is_checked()`: its columns are those of the schema, in its order and types.

    Args:
        request: The request, in raw form.
        schema: What the columns are.

    Raises:
        AnOpsError: `TENSOR`, `OPTION_…`: something can't be read.
    """
    arrays = arrays_of(request.inputs, request.raw_input_contents)
    columns = tuple(Column(array.name, schema.inputs[array.name].type, array.values, array.missing) for array in arrays)
    rows = len(columns[0].values) if columns else request.parameters["rows"].int64_param
    return Frame(columns, rows), _options(request, schema)


def decode_request(request: ModelInferRequest, schema: Schema) -> tuple[Frame, dict[str, OptionValue]]:
    """Read a ModelInfer request from any client.

    Args:
        request: In raw or in typed form; one tensor a column, or one 2-D tensor `[rows, columns]` whose
            columns are taken in the schema's order.
        schema: What the columns must be.

    Returns:
        The frame as it was sent (columns unknown to the schema included, its policies not applied yet), and
        the options with their defaults.

    Raises:
        AnOpsError: `TENSOR`, `COLUMN_…` or `OPTION_…`: something can't be read or does not fit.
    """
    faults = FaultCollector()
    columns: list[Column] = []
    rows: int | None = None
    arrays = arrays_of(request.inputs, request.raw_input_contents)
    if len(arrays) == 1 and arrays[0].values.ndim == 2 and arrays[0].name not in schema.inputs:
        arrays = unnamed_columns(arrays[0], list(schema.inputs))
    for array in arrays:
        values = array.column_values()
        if rows is None:
            rows = len(values)
        if len(values) != rows:
            raise AnOpsError(
                Code.COLUMN_LENGTH,
                f"Can't read the request: column `{array.name}` must have {rows} rows like `{columns[0].name}`, "
                f"not {len(values)}.",
            )
        spec = schema.inputs.get(array.name)
        columns.append(column_from_array(array.name, values, array.missing, spec, faults))
    faults.raise_if_any(model=request.model_name)
    if not columns:
        rows = request.parameters["rows"].int64_param if "rows" in request.parameters else 0
        if not 0 <= rows <= 1 << 31:
            raise AnOpsError(Code.TENSOR, f"Can't read the request: `rows` must be 0 or more, not {rows}.")
    return Frame(tuple(columns), rows or 0), _options(request, schema)


def _options(request: ModelInferRequest, schema: Schema) -> dict[str, OptionValue]:
    options = {
        name: _value(parameter)
        for name, parameter in request.parameters.items()
        if name != "rows" and name not in PROTOCOL_PARAMETERS and not name.startswith(("triton_", "anops."))
    }
    for name, option in schema.options.items():
        sent = options.get(name)
        if isinstance(sent, str):
            if option.list:
                options[name] = _list(name, sent)
            elif option.type in {"number", "integer"}:
                options[name] = _number(sent)
    return validate_options(options, schema)


def append_tensor(
    tensor: ModelInferRequest.InferInputTensor | ModelInferResponse.InferOutputTensor,
    column: Column,
    datatype: str,
    shape: list[int],
    *,
    coded: bool = False,
) -> bytes:
    """Describe a column as a tensor of a message.

    Args:
        tensor: The new tensor.
        column: The column.
        datatype: The tensor's datatype.
        shape: Its shape.
        coded: Whether the other end is our own service, which knows coded texts.

    Returns:
        What goes into the message's raw contents.
    """
    tensor.name = column.name
    tensor.shape.extend(shape)
    if column.missing is not None and column.missing.any():
        tensor.parameters["missing"].string_param = tensors.pack_mask(column.missing)
    values = column.values
    if coded and datatype == "BYTES" and (places := code(values, tensor.parameters)) is not None:
        values, datatype = places, DATATYPE
    tensor.datatype = datatype
    return tensors.pack(values, datatype)


def _value(parameter: InferParameter) -> OptionValue:
    kind = parameter.WhichOneof("parameter_choice")
    value: OptionValue = getattr(parameter, kind) if kind else ""
    return value if not isinstance(value, float) or not math.isnan(value) else "NaN"


def _number(text: str) -> OptionValue:
    """Read a number that was sent as text: some clients have no fractions among the parameters."""
    try:
        number = float(text)
    except ValueError:
        return text
    return (int(number) if number.is_integer() else number) if math.isfinite(number) else text


def _list(name: str, text: str) -> list[bool | int | float | str]:
    try:
        return msgspec.json.decode(text, type=list[bool | int | float | str])
    except msgspec.MsgspecError as error:
        raise AnOpsError(
            Code.OPTION_VALUE, f"Can't read option `{name}`: it must be a list in JSON, not {text[:40]!r}."
        ) from error
