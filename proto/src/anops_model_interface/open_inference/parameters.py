"""Options and other single values as parameters of the protocol."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from anops_model_interface.open_inference.open_inference_pb2 import InferParameter

if TYPE_CHECKING:
    from anops_model_interface.options import OptionValue


def parameter_of(value: OptionValue) -> InferParameter:
    """Write an option as a request parameter: a list as JSON text."""
    if isinstance(value, bool):
        return InferParameter(bool_param=value)
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        return InferParameter(int64_param=value)
    if isinstance(value, int | float):
        return InferParameter(double_param=float(value))
    if isinstance(value, str):
        return InferParameter(string_param=value)
    return InferParameter(string_param=msgspec.json.encode(value).decode())


def value_of(parameter: InferParameter) -> bool | int | float | str:
    """Read a request parameter; one without a value is an empty text."""
    kind = parameter.WhichOneof("parameter_choice")
    value: bool | int | float | str = getattr(parameter, kind) if kind else ""
    return value if not isinstance(value, float) or not math.isnan(value) else "NaN"
