"""The words of messages: kinds of values with their articles, numbers as people write them, lists that end in time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def article(kind: str) -> str:
    """Return a column type with its article, for messages: "a number", "an integer"."""
    return {"integer": "an integer", "boolean": "true or false", "string": "text"}.get(kind, f"a {kind}")


def kind_of(value: object) -> str:
    """Name the kind of a JSON value in a statistician's words."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list | tuple) else "an object"


def number_text(value: float) -> str:
    """Write a number without a needless `.0`, and infinities as in data."""
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def listing(texts: Iterable[str], *, most: int | None = None, what: str = "") -> str:
    """Join texts for a sentence: "`wt`, `hp` and 3 more columns".

    Args:
        texts: What is listed.
        most: So many are shown, and the others counted; None shows all.
        what: What they are, for the count; "" leaves that out.
    """
    listed = list(texts)
    shown = listed[:most]
    more = len(listed) - len(shown)
    counted = f" and {more} more" + (f" {what}" if what else "") if more else ""
    return ", ".join(shown) + counted


def quoted(names: Iterable[object], *, most: int | None = None, what: str = "") -> str:
    """Join names in backticks; see `listing`."""
    return listing((f"`{name}`" for name in names), most=most, what=what)
