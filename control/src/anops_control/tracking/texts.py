"""How the value of a parameter or tag is written: trackers keep texts alone."""

from __future__ import annotations

import json


def text_of(value: object) -> str:
    """Return a text as it is, and anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
