"""Examples in the OpenAPI document: requests, and what the service has answered to them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("examples.json")
"""Written by the test that asks for them, which fails where the answers are of another form."""


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Return them, by method and path: `request` where there is one, `status` and `answer`."""
    read: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document with the examples, and with the token that each request brings."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            example = examples().get(f"{method.upper()} {path}")
            if example is None:
                continue
            if "request" in example and "requestBody" in operation:
                operation["requestBody"]["content"]["application/json"]["example"] = example["request"]
            told = operation["responses"].setdefault(str(example["status"]), {"description": "It is done."})
            if example["answer"] is not None:
                told["content"] = {"application/json": {"schema": {}, "example": example["answer"]}}
    document.setdefault("components", {})["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    return document
