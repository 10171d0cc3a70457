"""The OpenAPI document of the service, written from the schema of the model behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from anops_api_service.api_version import API_VERSION
from anops_api_service.bodies.media import ARROW, ARROW_FILE, JSON_LINES, PARQUET
from anops_api_service.documents.example import example_options
from anops_api_service.documents.feature_members import feature_members, required_of
from anops_api_service.documents.forecast_operation import forecast_operation
from anops_api_service.documents.json_schema import column_schema, option_schema, output_schema
from anops_api_service.documents.outcomes_operation import FAULTS as OUTCOME_FAULTS
from anops_api_service.documents.outcomes_operation import outcomes_operation
from anops_api_service.documents.problem_schema import model_schema, problem_response, problem_schema
from anops_api_service.explaining.documented import explain_option, explanation_members
from anops_api_service.writers.csv_writer import CsvWriter

if TYPE_CHECKING:
    from anops_api_service.models.described_model import DescribedModel

Json = dict[str, Any]


_KEY: Json = {"type": "http", "scheme": "bearer", "description": "A key or token, where the service needs one."}
_VERSIONS = {
    "AnOps-API-Version": "The version of the service.",
    "AnOps-Model": "The model's name.",
    "AnOps-Model-Version": "Its version.",
    "AnOps-Model-Digest": "Which fit it is.",
}
_ACCESS_FAULTS = (401, 403, 421, 429)
_PREDICT_FAULTS = (400, 401, 403, 406, 408, 413, 415, 421, 422, 429, 500, 503, 504, 507)


def openapi_of(model: DescribedModel, example: list[Json], prefix: str = "") -> bytes:
    """Return the document for a model as JSON.

    Args:
        model: Its schema makes the request and the answer.
        example: Rows that it can predict make the examples.
        prefix: What stands before its paths: nothing for the default model, `/models/NAME` where it is asked by name.
    """
    description = model.metadata.properties.get("anops.description", "")
    document = _document(
        title=model.name or "AnOps",
        version=model.version or API_VERSION,
        description=description,
        predict=_predict(model, example),
        prefix=prefix,
    )
    if model.series is not None:
        faults = {str(status): problem_response(status) for status in _PREDICT_FAULTS}
        operation = forecast_operation(model, model.series, _answer_schema(model), faults)
        document["paths"] = {f"{prefix}/forecast": {"post": operation}, **document["paths"]}
    return msgspec.json.encode(document)


def openapi_without_model(description: str, prefix: str = "") -> bytes:
    """Return the document where no model answers: every path but the prediction.

    Args:
        description: Why none does.
        prefix: What stands before the paths.
    """
    document = _document(title="AnOps", version=API_VERSION, description=description, predict=None, prefix=prefix)
    return msgspec.json.encode(document)


def _document(*, title: str, version: str, description: str, predict: Json | None, prefix: str) -> Json:
    paths: Json = {f"{prefix}/predict": {"post": predict}} if predict else {}
    paths[f"{prefix}/model"] = _get(
        "The model", "Its name, version, columns, options, and an example.", 503, is_open=False
    )
    paths[f"{prefix}/health/ready"] = _get("Whether the model is ready", "", 503)
    if not prefix:
        paths["/health"] = _get("Whether all models are ready", "The same as `/health/ready`.", 503)
        paths["/health/ready"] = _get("Whether all models are ready", "", 503)
        paths["/health/live"] = _get("Whether the service runs", "", None)
        outcomes = outcomes_operation({str(status): problem_response(status) for status in OUTCOME_FAULTS})
        paths["/outcomes"] = {"post": outcomes}
        paths["/metrics"] = {
            "get": {
                "summary": "Figures for Prometheus",
                "tags": ["The service"],
                "description": "Not available where the setting `metrics` is off.",
                "responses": {
                    "200": {"description": "The figures.", "content": {"text/plain": {"schema": {"type": "string"}}}},
                    **{str(status): problem_response(status) for status in (*_ACCESS_FAULTS, 404)},
                },
            }
        }
        paths["/models"] = _get(
            "The models", "The name, version and path of each, and whether it is ready.", None, is_open=False
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "paths": paths,
        "components": {"schemas": {"Problem": problem_schema()}, "securitySchemes": {"key": _KEY}},
        "security": [{}, {"key": []}],
    }


def _predict(model: DescribedModel, rows: list[Json]) -> Json:
    schema = model.schema
    row: Json = {
        "type": "object",
        "properties": {name: column_schema(spec) for name, spec in schema.inputs.items()},
        "required": required_of(schema),
    }
    columns: Json = {
        "type": "object",
        "properties": {name: {"type": "array", "items": column_schema(spec)} for name, spec in schema.inputs.items()},
        "required": required_of(schema),
    }
    options: Json = {
        "type": "object",
        "properties": {name: option_schema(spec) for name, spec in schema.options.items()} | explain_option(model),
        "additionalProperties": False,
    }
    body: Json = {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {
                "oneOf": [
                    {"title": "records", "type": "array", "items": row},
                    {"title": "columns", **columns},
                ]
            },
            "options": options,
        },
        "additionalProperties": False,
    }
    by_column = {name: [record[name] for record in rows] for name in schema.inputs}
    examples: Json = {
        "records": {"summary": "Rows as records", "value": {"data": rows}},
        "columns": {"summary": "Columns", "value": {"data": by_column}},
    }
    if schema.options:
        asked = {"data": rows, "options": example_options(schema)}
        examples["options"] = {"summary": "Rows with options", "value": asked}
    operation: Json = {
        "summary": f"Predict with {model.name}" if model.name else "Predict",
        "description": "One prediction for each row, in the rows' order.",
        "operationId": "predict",
        "tags": ["Predictions"],
        "parameters": [_parameter(name, option_schema(spec)) for name, spec in schema.options.items()],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": body,
                    "examples": examples,
                },
                "text/csv": {"schema": {"type": "string"}, "example": _csv_example(model, rows)},
                JSON_LINES[0]: {"schema": {"type": "string"}, "example": _json_lines(rows)},
                ARROW: {"schema": {"type": "string", "contentMediaType": ARROW}},
                ARROW_FILE: {"schema": {"type": "string", "contentMediaType": ARROW_FILE}},
                PARQUET: {"schema": {"type": "string", "contentMediaType": PARQUET}},
            },
        },
        "responses": {
            "200": {
                "description": "The predictions.",
                "headers": {
                    "X-Request-ID": {"description": "The request's id.", "schema": {"type": "string"}},
                    **{name: {"description": what, "schema": {"type": "string"}} for name, what in _VERSIONS.items()},
                    "AnOps-Warnings": {
                        "description": "With all forms but JSON: the warnings as JSON.",
                        "schema": {"type": "string"},
                    },
                },
                "content": {
                    "application/json": {"schema": _answer_schema(model)},
                    "text/csv": {"schema": {"type": "string"}},
                    JSON_LINES[0]: {"schema": {"type": "string"}},
                    ARROW: {"schema": {"type": "string", "contentMediaType": ARROW}},
                    PARQUET: {"schema": {"type": "string", "contentMediaType": PARQUET}},
                },
            },
            **{str(status): problem_response(status) for status in _PREDICT_FAULTS},
        },
    }
    return operation


def _parameter(name: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": f"{schema.get('description', '')} (JSON has it in `options`; all other forms here)".strip(),
        "schema": schema,
    }


def _json_lines(rows: list[Json]) -> str:
    return "".join(f"{msgspec.json.encode(row).decode()}\n" for row in rows)


def _csv_example(model: DescribedModel, rows: list[Json]) -> str:
    """Return the example's rows as CSV that the service reads."""
    if not model.schema.inputs:
        return "row\n1\n"  # any column makes a row, for a model that looks at none
    decoded = model.json_body.read(msgspec.json.encode({"data": rows}))
    return CsvWriter().rows(decoded.frame).decode()


def _answer_schema(model: DescribedModel) -> Json:
    warning: Json = {
        "type": "object",
        "properties": {
            "message": {"type": "string"},
            "call": {"type": ["string", "null"], "description": "The R call or Python line it came from."},
            "column": {"type": ["string", "null"]},
            "rows": {
                "type": "array",
                "items": {"type": "integer"},
                "description": "The rows concerned, counted from 1: the first 20.",
            },
            "kind": {
                "type": ["string", "null"],
                "description": "What happened, in a word for programs, such as extrapolation; null: the model warned.",
            },
            "count": {"type": "integer", "description": "How many rows are concerned; 0: they were not counted."},
        },
    }
    row: Json = {
        "type": "object",
        "properties": {name: output_schema(spec) for name, spec in model.schema.outputs.items()},
    }
    return {
        "type": "object",
        "properties": {
            "predictions": {"type": "array", "items": row},
            **explanation_members(model),
            **feature_members(model.schema),
            "warnings": {"type": "array", "items": warning},
            "model": model_schema(),
            "api_version": {"type": "string", "description": "Of the service.", "examples": [API_VERSION]},
            "request_id": {"type": "string"},
        },
        "required": ["predictions", "warnings", "model", "api_version", "request_id"],
    }


def _get(summary: str, description: str, fault: int | None, *, is_open: bool = True) -> Json:
    responses: Json = {"200": {"description": description or "Yes.", "content": _json_object()}}
    if fault is not None:
        responses[str(fault)] = problem_response(fault)
    if not is_open:
        responses |= {str(status): problem_response(status) for status in _ACCESS_FAULTS}
    return {"get": {"summary": summary, "tags": ["The service"], "description": description, "responses": responses}}


def _json_object() -> Json:
    return {"application/json": {"schema": {"type": "object"}}}
