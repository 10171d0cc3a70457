"""Answers as JSON, whatever texts and numbers are in them: names of files may hold what is no Unicode."""

from __future__ import annotations

import json
import math
from typing import Any

from starlette.responses import JSONResponse


class JsonAnswer(JSONResponse):
    """An answer that can always be written."""

    def render(self, content: object) -> bytes:
        """Write the answer; numbers that JSON lacks are texts, as in predictions."""
        try:
            text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except ValueError:
            text = json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"))
        # half a pair of code units has no bytes of its own, and is escaped in JSON just as here
        return text.encode("utf-8", "backslashreplace")


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever JSON can write, and numbers that it can't
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Inf" if value > 0 else "-Inf"
    return value
