"""The tensors of one message as arrays with their names and missing masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface import tensors
from anops_model_interface.coded_texts import texts_of
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

    from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest, ModelInferResponse


@dataclass(frozen=True, slots=True)
class NamedArray:
    """A tensor, read.

    Attributes:
        name: The tensor's name.
        values: Its values, in its shape.
        missing: Where values are missing (1-D, bool), or None.
    """

    name: str
    values: np.ndarray
    missing: np.ndarray | None

    def column_values(self) -> np.ndarray:
        """Return the values as one column: `[N]`, or `[N, 1]`."""
        if self.values.ndim == 1 or (self.values.ndim == 2 and self.values.shape[1] == 1):
            return self.values.reshape(-1)
        shape = list(self.values.shape)
        raise AnOpsError(
            Code.TENSOR,
            f"Can't read tensor `{self.name}`: a column must have the shape [rows], not {shape}.",
        )

    def split(self) -> list[tuple[str, np.ndarray]]:
        """Return the columns of the tensor: itself, or one for each column of `[N, D]`."""
        if self.values.ndim != 2 or self.values.shape[1] == 1:
            return [(self.name, self.column_values())]
        return [(f"{self.name}_{i + 1}", self.values[:, i]) for i in range(self.values.shape[1])]


def arrays_of(
    inputs: Iterable[ModelInferRequest.InferInputTensor | ModelInferResponse.InferOutputTensor],
    raw: Sequence[bytes],
) -> list[NamedArray]:
    """Read the tensors of a request or a response.

    Args:
        inputs: The tensors.
        raw: The message's raw contents; empty: the tensors hold typed ones.

    Raises:
        AnOpsError: `TENSOR`: one can't be read, or is there twice.
    """
    tensors_sent = list(inputs)
    if raw and len(raw) != len(tensors_sent):
        raise AnOpsError(
            Code.TENSOR, f"Can't read the tensors: expected {len(tensors_sent)} raw contents, received {len(raw)}."
        )
    arrays: list[NamedArray] = []
    for i, tensor in enumerate(tensors_sent):
        name, shape = tensor.name, list(tensor.shape)
        if raw and tensor.HasField("contents") and tensor.contents.ByteSize():
            raise AnOpsError(Code.TENSOR, f"Can't read tensor `{name}`: it has raw and typed contents.")
        count = tensors.count_of(shape, name=name)
        if raw:
            flat = tensors.unpack(raw[i], tensor.datatype, count, name=name)
        else:
            flat = tensors.from_contents(tensor.contents, tensor.datatype, count, name=name)
        missing = None
        if tensor.parameters:  # most have none
            flat = texts_of(flat, tensor.parameters, name=name)
            if "missing" in tensor.parameters:
                missing = tensors.unpack_mask(tensor.parameters["missing"].string_param, count, name=name)
        arrays.append(NamedArray(name, flat if len(shape) == 1 else flat.reshape(shape), missing))
    names = [array.name for array in arrays]
    for name in names if len(set(names)) < len(names) else ():
        if names.count(name) > 1:
            raise AnOpsError(Code.TENSOR, f"Can't read the tensors: `{name}` is there twice.")
    return arrays


def unnamed_columns(array: NamedArray, names: list[str]) -> list[NamedArray]:
    """Take a tensor `[rows, columns]` as columns with these names.

    Raises:
        AnOpsError: `COLUMN_MISSING`: it has another number of columns.
    """
    width = array.values.shape[1]
    if width != len(names):
        raise AnOpsError(
            Code.COLUMN_MISSING,
            f"Can't read tensor `{array.name}`: it must have {len(names)} columns "
            f"({', '.join(names[:5])}{', …' if len(names) > 5 else ''}), not {width}.",
        )
    masks = [None] * width if array.missing is None else list(array.missing.reshape(array.values.shape).T)
    return [NamedArray(name, array.values[:, i], masks[i]) for i, name in enumerate(names)]
