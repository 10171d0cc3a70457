"""The JSON Schema of `ao.toml`, with which an editor completes and checks it."""

from __future__ import annotations

from typing import Any

from ao.configuration.tables import Tables


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `ao.toml`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Tables.model_json_schema(mode="validation")}
