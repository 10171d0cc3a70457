"""A model's configuration as Triton writes it, for its perf analyzer, which does not begin without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.datatypes import DATATYPES
from anops_model_interface.open_inference.triton_configuration_pb2 import DataType, ModelConfigResponse

if TYPE_CHECKING:
    from anops_model_interface.schema import Schema


def configuration_of(*, name: str, platform: str, schema: Schema) -> ModelConfigResponse:
    """Write a model's configuration.

    Args:
        name: The model's name.
        platform: What runs it, such as `anops_r`.
        schema: Its contract.
    """
    response = ModelConfigResponse(config={"name": name, "platform": platform, "backend": "anops"})
    config = response.config
    for specs, target in ((schema.inputs, config.input), (schema.outputs, config.output)):
        for column, spec in specs.items():
            kind = DATATYPES.get(spec.type, "STRING")
            target.add(name=column, data_type=DataType.Value(f"TYPE_{kind}"), dims=[-1])
    return response
