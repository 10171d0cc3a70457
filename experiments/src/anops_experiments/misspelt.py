"""What helps where a function is not there: the one whose name, or whose file's name, is most like it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def another_name(function: str, there: Sequence[str], *, again: str, where: str) -> str:
    """Return what to do, as a remedy: going on would look for the same name again.

    Args:
        function: What was asked for: `file.py:function`.
        there: What is there instead.
        again: What is to be done with another name, as an imperative: `Run it again`.
        where: Where the name stands.
    """
    guess = _nearest(function, there)
    if guess is None:
        return f"{again} with the name of a function that is there, {where}"
    return f"Did you mean `{guess}`? {again} with that name, {where}"


def _nearest(function: str, there: Sequence[str]) -> str | None:
    place, _, name = function.rpartition(":")
    parts = {each.removeprefix(f"{place}:").removesuffix(f":{name}").casefold(): each for each in there}
    wanted = name if any(each.startswith(f"{place}:") for each in there) else place
    found = get_close_matches(wanted.casefold(), parts, n=1)
    return parts[found[0]] if found else None
