"""Frames for servers of other makes: tensors as they want them, and no value that would be another one there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from anops_model_interface import tensors
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, report_rows
from anops_model_interface.errors import Fault, FaultCollector
from anops_model_interface.notices import MAX_ROWS_NAMED, Notice, Notices
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest
from anops_model_interface.open_inference.parameters import parameter_of
from anops_model_interface.words import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame, Warn
    from anops_model_interface.open_inference.tensor_layout import Layout
    from anops_model_interface.options import OptionValue


def encode_foreign_request(
    frame: Frame, options: Mapping[str, OptionValue], layout: Layout, *, model_name: str, request_id: str = ""
) -> tuple[bytes, tuple[Warn, ...]]:
    """Write a ModelInfer request for a server that knows nothing of ours.

    Args:
        frame: The rows, with the columns of the layout's schema.
        options: What is asked of the model.
        layout: The tensors that the server takes.
        model_name: The model's name.
        request_id: Comes back in the response.

    Returns:
        The request, and a warning for each column with numbers that the server's datatype only comes near.

    Raises:
        AnOpsError: `COLUMN_RANGE`, `COLUMN_TYPE` or `VALUE_MISSING`: a value does not fit the server's datatype.
    """
    request = ModelInferRequest(model_name=model_name, id=request_id)
    for name, option in options.items():
        request.parameters[name].CopyFrom(parameter_of(option))
    faults, notices = FaultCollector(), Notices()
    for tensor in layout.tensors:
        arrays = [_fitted(frame[name], tensor.datatype, faults, notices) for name in tensor.columns]
        values = arrays[0] if len(arrays) == 1 else np.stack(arrays, axis=1)
        shape = [frame.rows] if tensor.flat else [frame.rows, len(arrays)]
        request.inputs.add(name=tensor.name, datatype=tensor.datatype, shape=shape)
        if not faults:
            request.raw_input_contents.append(tensors.pack(values, tensor.datatype))
    faults.raise_if_any(model=model_name)
    return request.SerializeToString(), notices.warnings()


def _fitted(column: Column, datatype: str, faults: FaultCollector, notices: Notices) -> np.ndarray:
    """Return a column's values in a datatype."""
    missing = column.is_missing()
    if datatype.startswith("FP"):
        numbers = column.values.astype(np.float64)
        if missing.any():
            numbers = np.where(missing, np.nan, numbers)
        return _rounded(column.name, numbers, datatype, faults, notices)
    if missing.any():
        _report(column, missing, "a value", datatype, faults, code=Code.VALUE_MISSING)
        return column.values
    limits = tensors.integer_limits(datatype)
    if datatype == "BYTES" or (datatype == "BOOL" and column.type == "boolean"):
        return column.values
    low, high = limits or (0, 1)
    values = column.values
    if column.type == "number":
        broken = values != np.floor(values)
        _report(column, broken, "a whole number", datatype, faults, code=Code.COLUMN_TYPE)
        # the number above the highest is a power of two, and so a double
        beyond = ((values < low) | (values >= float(high + 1))) & ~broken
    elif datatype in {"INT64", "UINT64"}:
        beyond = values < low
        broken = beyond
    else:
        values = values.astype(np.int64)
        beyond = (values < low) | (values > high)
        broken = beyond
    _report(column, beyond, f"{low} to {high}", datatype, faults)
    return np.where(broken | beyond, 0, values)


def _rounded(name: str, numbers: np.ndarray, datatype: str, faults: FaultCollector, notices: Notices) -> np.ndarray:
    if datatype == "FP64":
        return numbers
    dtype = np.dtype(tensors.DTYPES[datatype])
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        near = numbers.astype(dtype)
    back = near.astype(np.float64)
    beyond = np.isinf(back) & np.isfinite(numbers)
    if beyond.any():
        largest = number_text(float(np.finfo(dtype).max))
        column = Column(name, "number", numbers)
        _report(column, beyond, f"at most {largest} in size", datatype, faults)
    # a fraction is always rounded; a whole number that becomes another, or one that becomes 0, is worth a word
    other = (back != numbers) & np.isfinite(numbers) & ~beyond & ((numbers == np.floor(numbers)) | (back == 0))
    if other.any():
        rows = np.flatnonzero(other)
        row = int(rows[0])
        became = f"{number_text(float(numbers[row]))}, taken as {number_text(float(back[row]))}"
        named = tuple((rows[:MAX_ROWS_NAMED] + 1).tolist())
        notices.add(Notice(name, "rounded", len(rows), named, partial(_nearly, datatype=datatype), values=(became,)))
    return near


def _nearly(notice: Notice, *, datatype: str) -> str:
    more = notice.count - 1
    rest = f" ({more} more row{'s' if more > 1 else ''} likewise)" if more else ""
    return (
        f"Column `{notice.column}`: row {notice.rows[0]} is {notice.values[0]}{rest}, "
        f"the nearest that the server's datatype {datatype} has."
    )


def _report(
    column: Column,
    where: np.ndarray,
    expected: str,
    datatype: str,
    faults: FaultCollector,
    *,
    code: Code = Code.COLUMN_RANGE,
) -> None:
    def fault(i: int, row: int) -> Fault:
        absent = code == Code.VALUE_MISSING
        value = "missing" if absent else number_text(float(column.values[i]))
        must = "must not be missing" if absent else f"must be {expected}"
        return Fault(
            code,
            f"column `{column.name}` {must}, for its server takes {datatype}",
            column=column.name,
            row=row,
            found=f"is {value}",
            expected=expected,
            received=value,
        )

    report_rows(faults, where, fault)
