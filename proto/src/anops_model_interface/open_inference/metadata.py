"""What a model says of itself, in the standard's metadata and in ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.datatypes import DATATYPES
from anops_model_interface.errors import AnOpsError
from anops_model_interface.open_inference.open_inference_pb2 import ModelMetadataResponse
from anops_model_interface.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "anops.schema"
WORKERS = "anops.workers"
ROW_INDEPENDENT = "anops.row_independent"
EXAMPLE = "anops.example"
VERSIONS = "anops.versions"
DESCRIPTION = "anops.description"
MAX_BATCH_ROWS = "anops.max_batch_rows"
STREAM = "anops.stream"
ISOLATION = "anops.isolation"
METRICS = "anops.metrics"
"""Figures of the project's own, as JSON: by name, what is summed and by which column."""
SERIES = "anops.series"
"""`[series]` of a model that forecasts a time series, as JSON."""
FITTED = "anops.fitted"
"""When the model was fitted."""
FITTED_ON = "anops.fitted_on"
"""What it was fitted on, in words."""
WHY_NOT = "anops.why_not"
"""Why the model can't be asked, while there is no hope of a worker: a problem as JSON."""
DIGEST = "anops.digest"
"""Which fit the model is; a property of the metadata, and a parameter of each answer."""


def metadata_of(
    *, name: str, version: str, platform: str, schema: Schema, properties: Mapping[str, str]
) -> ModelMetadataResponse:
    """Write a model's metadata.

    Args:
        name: The model's name.
        version: Its version.
        platform: What runs it, such as `anops_r`.
        schema: Its contract; it goes whole into `anops.schema`, and column by column into the tensors.
        properties: Further properties.
    """
    response = ModelMetadataResponse(name=name, versions=[version], platform=platform)
    for specs, target in ((schema.inputs, response.inputs), (schema.outputs, response.outputs)):
        for column, spec in specs.items():
            target.add(name=column, datatype=DATATYPES.get(spec.type, "BYTES"), shape=[-1])
    response.properties.update(properties)
    response.properties[SCHEMA] = schema.to_json()
    return response


def schema_in(response: ModelMetadataResponse) -> Schema | None:
    """Read the contract of a model on one of our own servers.

    Returns:
        The schema; None where the server is of another make.

    Raises:
        AnOpsError: `NOT_READY`: it can't be read.
    """
    if SCHEMA not in response.properties:
        return None
    try:
        return Schema.from_json(response.properties[SCHEMA])
    except ValueError as error:
        raise AnOpsError(
            Code.NOT_READY,
            f"Can't use model `{response.name}`: its {SCHEMA} can't be read by this version of AnOps.",
            remedy="Run the api-service and the model-service in the same version.",
        ) from error
