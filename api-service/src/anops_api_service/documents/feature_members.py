"""What OpenAPI says of columns that are features: a row may leave them out, and the answer says what was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anops_model_interface.schema import Schema


def required_of(schema: Schema) -> list[str]:
    """Return the columns that each row must have: one that is a feature can be looked up."""
    return [name for name, spec in schema.inputs.items() if spec.feature is None]


def feature_members(schema: Schema) -> dict[str, Any]:
    """Return what an answer may have more of a model with features."""
    if len(required_of(schema)) == len(schema.inputs):
        return {}
    told = {
        "column": {"type": "string"},
        "feature": {"type": "string"},
        "row": {"type": "integer", "description": "Counted from 1."},
        "state": {"type": "string", "enum": ["fresh", "stale", "future", "missing"]},
        "value": {"description": "What the model got."},
        "time": {"type": ["string", "null"], "description": "When the value is of."},
    }
    return {
        "features": {
            "type": "array",
            "items": {"type": "object", "properties": told},
            "description": "Features that rows left out, as they were looked up; at most 1000.",
        }
    }
