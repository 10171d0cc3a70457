"""The endpoints of the control service, from its own OpenAPI document with real answers."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from anops_control_service.app import make_app
from anops_control_service.settings import Settings

from reference.markdown import table

_MOST_KEYS = 12
_KEYS_OF_MANY = 3
_LONGEST = 160


def endpoints() -> str:
    """Return a section for each endpoint: what it does, the keys of its request, an example and its answer."""
    with tempfile.TemporaryDirectory() as root:
        document = make_app(Settings(Path(root))).openapi()
    sections = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            sections.append("\n".join(_section(f"{method.upper()} {path}", operation)))
    return "\n".join(sections)


def _section(name: str, operation: dict[str, Any]) -> list[str]:
    lines = [f"## {name}", "", operation["summary"], ""]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    keys = body.get("schema", {}).get("properties", {})
    if keys:
        required = body["schema"].get("required", [])
        rows = [
            (f"`{key}`", f"{_kind(spec)}{', required' if key in required else ''}", spec.get("description", ""))
            for key, spec in keys.items()
        ]
        lines += [table(("Key", "Kind", "Meaning"), rows)]
    if "example" in body:
        lines += ["```json", _written(body["example"]), "```", ""]
    for status, told in operation["responses"].items():
        answer = told.get("content", {}).get("application/json", {}).get("example")
        if answer is not None:
            lines += [f"Status {status}:", "", "```json", _written(_shortened(answer)), "```", ""]
    return lines


def _kind(spec: dict[str, Any]) -> str:
    if "enum" in spec:
        return " or ".join(f"`{each}`" for each in spec["enum"])
    if "anyOf" in spec:
        return " or ".join(_kind(each) for each in spec["anyOf"] if each.get("type") != "null")
    if spec.get("type") == "array":
        return f"list of {_kind(spec.get('items', {}))}"
    if spec.get("format") == "path":
        return "file"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
    return words.get(str(spec.get("type")), "value")


def _shortened(value: Any) -> Any:  # noqa: ANN401  what JSON has
    """Leave out of an answer what says the same again."""
    if isinstance(value, dict):
        kept = list(value.items())[: _KEYS_OF_MANY if len(value) > _MOST_KEYS else None]
        return {key: _shortened(each) for key, each in kept}
    if isinstance(value, list):
        return [_shortened(each) for each in value[:2]]
    return value if not isinstance(value, str) or len(value) <= _LONGEST else value[:_LONGEST] + "…"


def _written(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
