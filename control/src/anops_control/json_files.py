"""Reads files of JSON that may be missing or broken where that is no reason to stop."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def object_in(path: Path) -> dict[str, Any]:
    """Return the object that a file holds; an empty one where there is none that can be read."""
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
