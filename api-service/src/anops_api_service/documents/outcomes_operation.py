"""What OpenAPI says of `POST /outcomes`."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

FAULTS = (400, 401, 403, 404, 408, 413, 415, 421, 422, 429, 503)


def outcomes_operation(faults: Json) -> Json:
    """Return the operation.

    Args:
        faults: What it answers where it can't take outcomes, by status.
    """
    count: Json = {"type": "integer", "minimum": 0}
    answer: Json = {
        "type": "object",
        "properties": {
            "new": {**count, "description": "How many were not known."},
            "changed": {**count, "description": "How many were known with another value: the last one counts."},
            "same": {**count, "description": "How many were known already."},
            "unknown": {**count, "description": "How many belong to no prediction in the log; they are kept too."},
            "examples": {"type": "array", "items": {"type": "string"}, "description": "Some of these."},
            "request_id": {"type": "string"},
        },
        "required": ["new", "changed", "same", "unknown", "request_id"],
    }
    example = {"outcomes": [{"request_id": "3f2a91bc5d0e4f17", "row": 1, "outcome": 21.4}]}
    body: Json = {
        "type": "object",
        "required": ["outcomes"],
        "properties": {"outcomes": {"type": "array", "items": _outcome()}},
        "additionalProperties": False,
    }
    return {
        "summary": "Send the outcomes of predictions",
        "description": "All outcomes of a request are kept, or none; what is sent twice is kept once. Not available "
        "where the service keeps no log of predictions.",
        "operationId": "outcomes",
        "tags": ["Predictions"],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body, "example": example}}},
        "responses": {
            "200": {"description": "They are kept.", "content": {"application/json": {"schema": answer}}},
            **faults,
        },
    }


def _outcome() -> Json:
    return {
        "type": "object",
        "required": ["outcome"],
        "properties": {
            "outcome": {
                "anyOf": [{"type": "number"}, {"type": "string", "minLength": 1}, {"type": "boolean"}],
                "description": "What came true.",
            },
            "request_id": {"type": "string", "description": "Of which request; or give a `key` with a `time`."},
            "row": {"type": "integer", "minimum": 1, "default": 1, "description": "Of which row of it."},
            "key": {
                "type": "object",
                "minProperties": 1,
                "description": 'Whose outcome it is, by columns of the rows: {"customer": 17}.',
            },
            "time": {"type": "string", "format": "date-time", "description": "When it came true."},
        },
        "additionalProperties": False,
    }
