"""Options of a prediction in the query string, as values of their types."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_model_interface.schema import OptionSpec, Schema


_NUMBER = re.compile(
    r"\s*[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)\s*", re.ASCII | re.IGNORECASE
)


def options_of(pairs: Iterable[tuple[str, str]], schema: Schema) -> dict[str, object]:
    """Read options.

    Args:
        pairs: The names and texts of the query, in order; one that comes again adds to a list, or makes one of what is
            none: there is no telling which was meant.
        schema: What options there are, of which types.

    Returns:
        Values of their types; a text that is none stays text, for the check to report.
    """
    options: dict[str, object] = {}
    for name, text in pairs:
        spec = schema.options.get(name)
        if spec is None:
            options[name] = text
        elif spec.list:
            have = options.setdefault(name, [])
            if isinstance(have, list):
                have.extend(_items(text, spec))
        else:
            value = _value(text, spec)
            options[name] = [options[name], value] if name in options else value
    return options


def _items(text: str, spec: OptionSpec) -> list[object]:
    if text.startswith("["):
        try:
            return msgspec.json.decode(text, type=list[object])
        except msgspec.DecodeError:
            pass
    return [_value(part, spec) for part in text.split(",")]


def _value(text: str, spec: OptionSpec) -> object:
    if spec.type == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    if spec.type in {"number", "integer"} and _NUMBER.fullmatch(text):
        try:
            return int(text)
        except ValueError:  # it has a fraction, or more digits than Python reads
            number = float(text)
        # one that is too large for a double is refused in JSON, too
        return text if math.isinf(number) and text[-1].isdigit() else number
    return text
