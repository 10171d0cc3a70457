"""A request for predictions, in its private form: rows, options, and the model that is meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import msgspec

from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, column_from_array
from anops_model_interface.datatypes import DATATYPES
from anops_model_interface.errors import AnOpsError, FaultCollector
from anops_model_interface.frames import Frame
from anops_model_interface.named_arrays import unnamed_columns
from anops_model_interface.number_block import NumberBlock
from anops_model_interface.options import OptionValue, validate_options
from anops_model_interface.packed_frames import Buffer, Tensor, arrays_of, join, split, tensor_of, values_of
from anops_model_interface.tensors import contiguous

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from anops_model_interface.schema import Schema

_KIND = int.from_bytes(b"AORQ", "little")
_NUMBERS = DATATYPES["number"]
_MOST_ROWS = 1 << 31
_INT64 = range(-(1 << 63), 1 << 63)


class RequestHead(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a request says beside its values.

    Attributes:
        tensors: The columns.
        options: What is asked of `predict_model()`.
        model_name: The model that is meant; empty: the one that is there.
        model_version: Its version; empty: the one that is there.
        request_id: Comes back in the answer.
        rows: How many rows there are where there are no columns.
        checked: The digest of the schema that the sender says it has checked the rows against; empty: it has not.
        public: Whether it came from anybody, over gRPC: `checked` is then no proof.
        reads_missing: Whether the sender reads which values of the answer are missing.
        outputs: The columns that are wanted; empty: all.
        block: The names of columns of numbers whose values the one tensor holds, in the shape (columns, rows); empty:
            each column has a tensor of its own.
    """

    tensors: tuple[Tensor, ...]
    options: dict[str, bool | int | float | str | list[bool | int | float | str]]
    model_name: str = ""
    model_version: str = ""
    request_id: str = ""
    rows: int = 0
    checked: str = ""
    public: bool = False
    reads_missing: bool = True
    outputs: tuple[str, ...] = ()
    block: tuple[str, ...] = ()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(RequestHead)


@dataclass(frozen=True, slots=True)
class Request:
    """A request.

    Attributes:
        head: What it says beside its values.
        buffers: The values of its tensors.
    """

    head: RequestHead
    buffers: list[Buffer]

    @classmethod
    def of(
        cls,
        frame: Frame,
        options: Mapping[str, OptionValue],
        *,
        model_name: str,
        model_version: str = "",
        request_id: str = "",
        checked: str = "",
    ) -> Self:
        """Make a request of our own.

        Args:
            frame: The rows.
            options: What is asked of the model.
            model_name: The model's name.
            model_version: Its version; empty: the one that is served.
            request_id: Comes back in the answer.
            checked: The digest of the schema that the rows were checked against; empty: they were not.
        """
        described: list[Tensor] = []
        buffers: list[Buffer] = []
        block: tuple[str, ...] = ()
        if isinstance(frame.columns, NumberBlock):
            block, values = frame.columns.names, contiguous(frame.columns.values, _NUMBERS)
            described.append(Tensor("", _NUMBERS, values.shape, values.nbytes))
            buffers.append(values)
        for column in frame.columns if not block else ():
            tensor, buffer = tensor_of(column, frame.rows, coded=bool(checked))
            described.append(tensor)
            buffers.append(buffer)
        rows = 0 if described else frame.rows
        sent = {name: _sendable(value) for name, value in options.items()}
        head = RequestHead(
            tuple(described), sent, model_name, model_version, request_id, rows=rows, checked=checked, block=block
        )
        return cls(head, buffers)

    @property
    def values_bytes(self) -> int:
        """How many bytes its values have; written, it has a few more."""
        return sum(tensor.size for tensor in self.head.tensors)

    def to_bytes(self) -> bytes:
        """Write it."""
        return join(_KIND, _ENCODER.encode(self.head), self.head.tensors, self.buffers)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes()` wrote.

        Raises:
            AnOpsError: `TENSOR`: it is something else.
        """
        return cls(*split(data, _KIND, _DECODER, what="the request", code=Code.TENSOR))

    def says_checked(self, schema: Schema) -> bool:
        """Say whether the sender says that the rows are checked against this very schema, and its policies applied."""
        head = self.head
        names = head.block or tuple(tensor.name for tensor in head.tensors)
        return head.checked == schema.digest and names == tuple(schema.inputs)

    def by_column(self) -> Request:
        """Return the same request with a tensor for each column.

        Raises:
            AnOpsError: `TENSOR`: its block is none.
        """
        if not self.head.block:
            return self
        values = _block_of(self)
        pairs = zip(self.head.block, values, strict=True)
        tensors = tuple(Tensor(name, _NUMBERS, each.shape, each.nbytes) for name, each in pairs)
        return Request(msgspec.structs.replace(self.head, tensors=tensors, block=()), list(values))


def decode_checked_request(request: Request, schema: Schema) -> tuple[Frame, dict[str, OptionValue]]:
    """Read a request that is known to be checked: its columns are those of the schema, in its order and types.

    Args:
        request: The request.
        schema: What the columns are.

    Raises:
        AnOpsError: `TENSOR`, `OPTION_…`: something can't be read.
    """
    if request.head.block:
        names = request.head.block
        for name in names:
            if schema.inputs[name].type != "number":
                raise _no_block()
        values = _block_of(request)
        return Frame(NumberBlock(names, values), values.shape[1]), _options(request, schema)
    described = request.head.tensors
    first = described[0].shape if described else (request.head.rows,)
    rows = _rows(first[0]) if len(first) == 1 else -1
    columns = []
    for tensor, buffer in zip(described, request.buffers, strict=True):
        kind = schema.inputs[tensor.name].type
        if tensor.shape != (rows,) or _is_other(tensor, DATATYPES.get(kind, "BYTES")):
            raise AnOpsError(
                Code.TENSOR,
                f"Can't read tensor `{tensor.name}`: it must be a column of type {kind}, as long as the others.",
            )
        values, missing = values_of(tensor, buffer, rows)
        columns.append(Column(tensor.name, kind, values, missing))
    return Frame(tuple(columns), rows), _options(request, schema)


def decode_request(request: Request, schema: Schema) -> tuple[Frame, dict[str, OptionValue]]:
    """Read a request from any client.

    Args:
        request: One tensor a column, or one 2-D tensor `[rows, columns]` whose columns are taken in the schema's order.
        schema: What the columns must be.

    Returns:
        The frame as it was sent (columns unknown to the schema included, its policies not applied yet), and
        the options with their defaults.

    Raises:
        AnOpsError: `TENSOR`, `COLUMN_…` or `OPTION_…`: something can't be read or does not fit.
    """
    faults = FaultCollector()
    request = request.by_column()
    columns: list[Column] = []
    rows: int | None = None
    arrays = arrays_of(request.head.tensors, request.buffers)
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
    faults.raise_if_any(model=request.head.model_name)
    return Frame(tuple(columns), rows if rows is not None else _rows(request.head.rows)), _options(request, schema)


def _block_of(request: Request) -> np.ndarray:
    """Return the values of a block, in the shape (columns, rows)."""
    tensors = request.head.tensors
    if len(tensors) != 1 or tensors[0].datatype != _NUMBERS or len(tensors[0].shape) != 2:
        raise _no_block()
    width, rows = tensors[0].shape
    if width != len(request.head.block):
        raise _no_block()
    values, _ = values_of(tensors[0], request.buffers[0], width * _rows(rows))
    return values.reshape(width, rows)


def _no_block() -> AnOpsError:
    return AnOpsError(Code.TENSOR, "Can't read the request: its tensor is not that of the columns of numbers it names.")


def _is_other(tensor: Tensor, datatype: str) -> bool:
    return tensor.datatype != datatype and (tensor.texts is None or datatype != "BYTES")


def _rows(rows: int) -> int:
    if not 0 <= rows <= _MOST_ROWS:
        raise AnOpsError(Code.TENSOR, f"Can't read the request: `rows` must be 0 or more, not {rows}.")
    return rows


def _sendable(value: OptionValue) -> OptionValue:
    """Return an option as a number of 64 bits, where it is a number beyond those."""
    if isinstance(value, list):
        return [float(item) if _is_huge(item) else item for item in value]
    return float(value) if isinstance(value, int) and _is_huge(value) else value


def _is_huge(value: object) -> bool:
    return isinstance(value, int) and value not in _INT64


def _options(request: Request, schema: Schema) -> dict[str, OptionValue]:
    options: dict[str, OptionValue] = dict(request.head.options)
    for name, option in schema.options.items():
        sent = options.get(name)
        if isinstance(sent, str):
            if option.list:
                options[name] = _list(name, sent)
            elif option.type in {"number", "integer"}:
                options[name] = _number(sent)
    return validate_options(options, schema)


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
