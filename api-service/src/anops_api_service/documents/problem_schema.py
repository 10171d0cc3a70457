"""What OpenAPI says of answers that are problems, and of the model that gave an answer."""

from __future__ import annotations

from typing import Any

from anops_model_interface.codes import SERVICE_CODES

Json = dict[str, Any]


def model_schema() -> Json:
    """Return what an answer says of its model."""
    return {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "version": {"type": "string"},
            "digest": {"type": ["string", "null"], "description": "Which fit it is: it changes with a refit."},
        },
    }


def problem_response(status: int) -> Json:
    """Return what is answered with a status."""
    titles = {str(code): code.info.title for code in SERVICE_CODES if code.info.http == status}
    return {
        "description": "; ".join(f"{title} ({code})" for code, title in titles.items()) + ".",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def problem_schema() -> Json:
    """Return what a problem is like."""
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
            "code": {"type": "string", "enum": [str(code) for code in SERVICE_CODES]},
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
            "model": model_schema(),
            "api_version": text,
            "request_id": text,
        },
        "required": ["type", "title", "status", "detail", "instance", "code", "api_version", "request_id"],
    }
