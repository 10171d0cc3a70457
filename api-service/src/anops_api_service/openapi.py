"""The OpenAPI document of the service, written from the schema of the model behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.errors import CODES, Code

from anops_api_service.answers import API_VERSION
from anops_api_service.bodies.media import ARROW, ARROW_FILE
from anops_api_service.example import example_options
from anops_api_service.json_schema import column_schema, option_schema, output_schema
from anops_api_service.writers.csv_writer import CsvWriter

if TYPE_CHECKING:
    from anops_api_service.loaded_model import LoadedModel

Json = dict[str, Any]

_PREDICT_FAULTS = (400, 406, 408, 413, 415, 422, 429, 500, 503, 504, 507)


def openapi_of(model: LoadedModel) -> Json:
    """Return the document for a model.

    Args:
        model: Its schema makes the request and the answer, its example makes the examples.
    """
    description = model.metadata.properties.get("anops.description", "")
    return _document(
        title=model.name or "AnOps",
        version=model.version or API_VERSION,
        description=description,
        predict=_predict(model),
    )


def openapi_without_model() -> bytes:
    """Return the document while no model is ready: every path but the prediction."""
    return msgspec.json.encode(
        _document(
            title="AnOps",
            version=API_VERSION,
            description="The model is not ready yet; once it is, its own columns are described here.",
            predict=None,
        )
    )


def _document(*, title: str, version: str, description: str, predict: Json | None) -> Json:
    paths: Json = {"/predict": {"post": predict}} if predict else {}
    paths["/model"] = _get("The model", "Its name, version, columns, options, and an example.", 503)
    paths["/health"] = _get("Whether the model is ready", "The same as `/health/ready`.", 503)
    paths["/health/live"] = _get("Whether the service runs", "", None)
    paths["/health/ready"] = _get("Whether the model is ready", "", 503)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "paths": paths,
        "components": {"schemas": {"Problem": _problem_schema()}},
    }


def _predict(model: LoadedModel) -> Json:
    schema = model.schema
    row: Json = {
        "type": "object",
        "properties": {name: column_schema(spec) for name, spec in schema.inputs.items()},
        "required": list(schema.inputs),
    }
    columns: Json = {
        "type": "object",
        "properties": {name: {"type": "array", "items": column_schema(spec)} for name, spec in schema.inputs.items()},
        "required": list(schema.inputs),
    }
    options: Json = {
        "type": "object",
        "properties": {name: option_schema(spec) for name, spec in schema.options.items()},
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
    rows = model.example
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
                "text/csv": {"schema": {"type": "string"}, "example": _csv_example(model)},
                ARROW: {"schema": {"type": "string", "contentMediaType": ARROW}},
                ARROW_FILE: {"schema": {"type": "string", "contentMediaType": ARROW_FILE}},
            },
        },
        "responses": {
            "200": {
                "description": "The predictions.",
                "headers": {
                    "X-Request-ID": {"description": "The request's id.", "schema": {"type": "string"}},
                    "AnOps-Warnings": {
                        "description": "With CSV and Arrow: the warnings as JSON.",
                        "schema": {"type": "string"},
                    },
                },
                "content": {
                    "application/json": {"schema": _answer_schema(model)},
                    "text/csv": {"schema": {"type": "string"}},
                    ARROW: {"schema": {"type": "string", "contentMediaType": ARROW}},
                },
            },
            **{str(status): _problem_response(status) for status in _PREDICT_FAULTS},
        },
    }
    return operation


def _parameter(name: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": f"{schema.get('description', '')} (for CSV and Arrow; JSON has them in `options`)".strip(),
        "schema": schema,
    }


def _csv_example(model: LoadedModel) -> str:
    """Return the example's rows as CSV that the service reads."""
    if not model.schema.inputs:
        return "row\n1\n"  # any column makes a row, for a model that looks at none
    decoded = model.json_body.read(msgspec.json.encode({"data": model.example}))
    return CsvWriter().rows(decoded.frame).decode()


def _answer_schema(model: LoadedModel) -> Json:
    warning: Json = {
        "type": "object",
        "properties": {
            "message": {"type": "string"},
            "call": {"type": ["string", "null"], "description": "The R call or Python line it came from."},
            "column": {"type": ["string", "null"]},
            "rows": {"type": "array", "items": {"type": "integer"}, "description": "Counted from 1."},
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
            "warnings": {"type": "array", "items": warning},
            "model": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "version": {"type": "string"},
                    "digest": {"type": ["string", "null"], "description": "Which fit it is: it changes with a refit."},
                },
            },
            "api_version": {"type": "string", "const": API_VERSION},
            "request_id": {"type": "string"},
        },
        "required": ["predictions", "warnings", "model", "api_version", "request_id"],
    }


def _get(summary: str, description: str, fault: int | None) -> Json:
    responses: Json = {"200": {"description": description or "Yes.", "content": _json_object()}}
    if fault is not None:
        responses[str(fault)] = _problem_response(fault)
    return {"get": {"summary": summary, "tags": ["The service"], "description": description, "responses": responses}}


def _json_object() -> Json:
    return {"application/json": {"schema": {"type": "object"}}}


def _problem_response(status: int) -> Json:
    titles = {str(code): info.title for code, info in CODES.items() if info.http == status}
    return {
        "description": "; ".join(f"{title} ({code})" for code, title in titles.items()) + ".",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _problem_schema() -> Json:
    text: Json = {"type": "string"}
    return {
        "type": "object",
        "description": "What went wrong, as RFC 9457 says.",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "instance": text,
            "code": {"type": "string", "enum": [str(code) for code in Code]},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "code": text,
                        "message": text,
                        "column": text,
                        "row": {"type": "integer", "description": "Counted from 1."},
                        "expected": text,
                        "received": text,
                    },
                },
            },
            "more": {"type": "integer", "description": "How many further errors there are."},
            "remedy": text,
            "call": {"type": "string", "description": "The R call or Python line that failed."},
            "request_id": text,
        },
        "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    }
