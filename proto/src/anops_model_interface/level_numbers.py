"""Numbers that stand for levels: 4 and 4.0 are the level `4`, but no number is a code such as `04`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from anops_model_interface.words import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_BROKEN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def numbers_as_levels(values: Iterable[Any], levels: Iterable[str] | None) -> list[Any]:
    """Put levels in the place of numbers.

    Args:
        values: Numbers, whole ones of any size, among anything else, which stays as it is.
        levels: Those of the column; a number that is none of them becomes its text, which is then a new level.
    """
    known = {} if levels is None else levels_by_number(tuple(levels))
    return [(known.get(value) or _text(value)) if isinstance(value, int | float) else value for value in values]


def levels_of_numbers(texts: Iterable[str], levels: Iterable[str]) -> dict[str, str]:
    """Find texts such as 4.0 that are a number written like another level, `4`; 04 is a code, and none of them.

    Args:
        texts: What a file holds.
        levels: Those of the column.
    """
    levels = tuple(levels)
    odd = [text for text in set(texts).difference(levels) if is_number(text)]
    if not odd:
        return {}
    known = levels_by_number(levels)
    return {text: level for text in odd if (level := known.get(float(text))) is not None}


def is_number(text: str) -> bool:
    """Say whether a text is how a number is written: not so a code such as `007`, which its zeros are part of."""
    return _BROKEN.fullmatch(text) is not None


@lru_cache(maxsize=256)
def levels_by_number(levels: tuple[str, ...]) -> Mapping[float, str]:
    """Return the level of each number, where one alone is written like it."""
    found: dict[float, str] = {}
    twice: set[float] = set()
    for level in levels:
        if not is_number(level):
            continue
        # a whole number may have more digits than a double
        number = int(level) if _WHOLE.fullmatch(level) and len(level) <= 300 else float(level)
        if number in found and found[number] != _text(number):
            twice.add(number)
        if number not in found or level == _text(number):
            found[number] = level
    return {number: level for number, level in found.items() if number not in twice or level == _text(number)}


def _text(value: float) -> str:
    return str(value) if isinstance(value, int) else number_text(value)
