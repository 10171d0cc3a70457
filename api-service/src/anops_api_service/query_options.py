"""Options of a prediction in the query string, as values of their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_model_interface.schema import OptionSpec, Schema


def options_of(pairs: Iterable[tuple[str, str]], schema: Schema) -> dict[str, object]:
    """Read options.

    Args:
        pairs: The names and texts of the query, in order; one that comes again adds to a list.
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
            options[name] = _value(text, spec)
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
    if spec.type in {"number", "integer"}:
        try:
            return int(text) if text.lstrip("+-").isdecimal() else float(text)
        except ValueError:
            return text
    return text
