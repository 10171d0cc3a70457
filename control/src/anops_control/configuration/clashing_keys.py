"""Finds keys of an `ao.toml` that get in each other's way, whose place the TOML parser does not tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_control.configuration.key_text import key_text
from anops_control.configuration.positions import find_all_keys
from anops_control.configuration.syntax_advice import Advice

if TYPE_CHECKING:
    from anops_control.configuration.positions import Path, Position


@dataclass(frozen=True, slots=True)
class Clash:
    """Two keys that can't stand together.

    Attributes:
        place: Where the second one is.
        advice: What is wrong with it.
    """

    place: Position
    advice: Advice


def find_clash(text: str) -> Clash | None:
    """Return the first key, or header of a section, that is set twice or lies below a key that has a value."""
    seen: dict[Path, Position] = {}
    with_value: dict[Path, Position] = {}
    for path, place, is_header in find_all_keys(text):
        if path in seen:
            message = f"`{key_text(path)}` is written twice; the first is in line {seen[path].line}."
            return Clash(place, Advice(message, "Take one of them out."))
        above = next((path[:end] for end in range(1, len(path)) if path[:end] in with_value), None)
        if above is not None:
            name = ".".join(str(part) for part in path[len(above) - 1 :])
            message = (
                f"`{above[-1]}` has a value already (line {with_value[above].line}), so nothing can be nested below it."
            )
            return Clash(place, Advice(message, f'If the name has a dot, put it in quotes: `"{name}" = …`.'))
        seen[path] = place
        if not is_header:
            with_value[path] = place
    return None
