"""Texts from anywhere, made such that they can be sent: UTF-8 has no halves of surrogate pairs."""

from __future__ import annotations

import re
from typing import Any

import msgspec

HALF = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can name (`"\\ud800"`) and which file names can hold, but no text that is sent."""


def whole_text(text: str) -> str:
    """Return a text with U+FFFD for each half of a character."""
    return HALF.sub("\ufffd", text)


def to_json(value: object) -> bytes:
    """Write a value as JSON, whatever its texts are."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(msgspec.to_builtins(value)))


def _whole(value: Any) -> Any:  # noqa: ANN401  whatever JSON can hold
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return value
