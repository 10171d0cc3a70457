"""Says why a single value does not fit a column or option."""

from __future__ import annotations

import math
import sys
from typing import Protocol

from anops_model_interface.words import article, kind_of, listing, number_text

_MOST_LISTED = 5


class Spec(Protocol):
    """What a value must be: that of a column or of an option."""

    @property
    def type(self) -> str:
        """What the values are."""

    @property
    def levels(self) -> tuple[str, ...] | None:
        """The levels of a category."""

    @property
    def values(self) -> tuple[float, ...] | None:
        """The allowed numbers."""

    @property
    def min(self) -> float | None:
        """The smallest allowed number."""

    @property
    def max(self) -> float | None:
        """The largest allowed number."""


def misfit(spec: Spec, value: object) -> str | None:
    """Say why a single value does not fit a column or option.

    Args:
        spec: What the value must be.
        value: The value, as JSON or TOML gives it.

    Returns:
        A clause such as "must be a number, not text", or None where the value fits.
    """
    if spec.type == "boolean":
        return None if isinstance(value, bool) else f"must be true or false, not {kind_of(value)}"
    if spec.type in {"number", "integer"}:
        return _number_misfit(spec, value)
    if not isinstance(value, str):
        return f"must be {article(spec.type)}, not {kind_of(value)}"
    if spec.levels is not None and value not in spec.levels:
        return f'must be one of {listing(spec.levels, most=_MOST_LISTED)}, not "{value[:80]}"'
    return None


def _number_misfit(spec: Spec, value: object) -> str | None:  # noqa: PLR0911  one return for each way to be wrong
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"must be {article(spec.type)}, not {kind_of(value)}"
    if isinstance(value, float) and math.isnan(value):
        return f"must be {article(spec.type)}, not NaN"
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return f"must be {article(spec.type)} below 2^1024 in size"
    if spec.type == "integer" and (not math.isfinite(value) or value != int(value)):
        return f"must be a whole number, not {value}"
    if spec.values is not None and value not in spec.values:
        return f"must be one of {listing(map(number_text, spec.values), most=_MOST_LISTED)}, not {value}"
    if spec.min is not None and not value >= spec.min:
        return f"must be at least {number_text(spec.min)}, not {number_text(value)}"
    if spec.max is not None and not value <= spec.max:
        return f"must be at most {number_text(spec.max)}, not {number_text(value)}"
    return None
