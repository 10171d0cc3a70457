"""The JSON Schema of `ao.toml`, with which an editor completes and checks it."""

from __future__ import annotations

from typing import Any

from anops_project import ao_toml


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `ao.toml`."""
    schema: dict[str, Any] = _tidy(ao_toml.json_schema())
    schema["$defs"]["ModelSection"]["anyOf"] = [{"required": ["artifact"]}, {"required": ["code"]}]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "ao.toml"}


def _tidy(part: Any) -> Any:  # noqa: ANN401  JSON values are of any type
    """Take out what TOML can't write (null), and titles that only repeat a key."""
    if isinstance(part, list):
        return [_tidy(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    kept = {
        key: {name: _tidy(value) for name, value in below.items()} if key in {"properties", "$defs"} else _tidy(below)
        for key, below in part.items()
        if not (key == "title" and isinstance(below, str)) and not (key == "default" and below is None)
    }
    choices = kept.get("anyOf")
    if isinstance(choices, list) and len(choices) == 1:
        del kept["anyOf"]
        kept = {**choices[0], **kept}
    return kept
