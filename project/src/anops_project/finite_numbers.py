"""Says what counts as a number where any value of TOML may stand."""

from __future__ import annotations

import math
from typing import Any, TypeGuard


def is_number(value: Any) -> TypeGuard[float]:  # noqa: ANN401  whatever was written
    """Say whether a value is a number that can be computed with: neither true or false, nor infinite or NaN."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
