"""How data frames travel in responses of the Open Inference Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, column_from_array
from anops_model_interface.datatypes import DATATYPES
from anops_model_interface.errors import AnOpsError, FaultCollector, shortened
from anops_model_interface.frames import Frame, Warn, append_tensor
from anops_model_interface.named_arrays import arrays_of
from anops_model_interface.open_inference.metadata import DIGEST
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferResponse
from anops_model_interface.unicode_texts import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import ColumnSpec


def encode_response(
    frame: Frame,
    warnings: Sequence[Warn],
    *,
    model_name: str,
    model_version: str,
    request_id: str,
    model_digest: str = "",
    outputs: Sequence[str] = (),
    coded: bool = False,
) -> bytes:
    """Write a ModelInfer response.

    Args:
        frame: The predictions.
        warnings: What goes with them, as the response parameter `warnings`.
        model_name: The model's name.
        model_version: Its version.
        request_id: The request's.
        model_digest: The model's digest, as the response parameter `anops.digest`; empty: none.
        outputs: The columns that were asked for; empty: all.
        coded: Whether our own api-service has asked, which knows coded texts.

    Raises:
        AnOpsError: `TENSOR`: a column was asked for that the answer does not have.
    """
    response = ModelInferResponse(model_name=model_name, model_version=model_version, id=request_id)
    if model_digest:
        response.parameters[DIGEST].string_param = model_digest
    if warnings:
        response.parameters["warnings"].string_param = to_json(list(warnings)).decode()
    wanted = frozenset(outputs)
    unknown = sorted(wanted - {*frame.names()})
    if unknown:
        raise AnOpsError(
            Code.TENSOR,
            f"Can't answer with output `{shortened(unknown[0])}`: the model gives {', '.join(frame.names())}.",
        )
    for column in frame.columns:
        if wanted and column.name not in wanted:
            continue
        datatype = DATATYPES.get(column.type, "BYTES")
        response.raw_output_contents.append(
            append_tensor(response.outputs.add(), column, datatype, [frame.rows], coded=coded)
        )
    return response.SerializeToString()


def decode_response(response: ModelInferResponse, outputs: Mapping[str, ColumnSpec]) -> tuple[Frame, tuple[Warn, ...]]:
    """Read a ModelInfer response from any server.

    Args:
        response: The response.
        outputs: What the schema says of the answer's columns; one it does not know takes the type of its
            datatype.

    Returns:
        The predictions and the warnings.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: it can't be read as a frame.
    """
    try:
        faults = FaultCollector()
        columns: list[Column] = []
        for array in arrays_of(response.outputs, response.raw_output_contents):
            for name, values in array.split():
                missing = array.missing if name == array.name else None
                spec = outputs.get(name)
                if spec is None or (spec.type == "number" or spec.type in DATATYPES) != (values.dtype != object):
                    spec = None
                columns.append(column_from_array(name, values, missing, spec, faults))
        faults.raise_if_any()
        rows = _common_rows(columns)
        warnings: tuple[Warn, ...] = ()
        if "warnings" in response.parameters:
            warnings = msgspec.json.decode(response.parameters["warnings"].string_param, type=tuple[Warn, ...])
    except (AnOpsError, msgspec.MsgspecError) as error:
        raise AnOpsError(Code.MODEL_OUTPUT, f"Can't read the model's answer: {error}") from error
    return Frame(tuple(columns), rows), warnings


def _common_rows(columns: Sequence[Column]) -> int:
    lengths = {len(column.values) for column in columns}
    if len(lengths) > 1:
        raise AnOpsError(Code.COLUMN_LENGTH, f"its columns have {sorted(lengths)} rows")
    return lengths.pop() if lengths else 0
