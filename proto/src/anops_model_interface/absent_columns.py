"""What to say of a column that was not sent: no name is guessed that might be another column."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import MOST_NAME, Fault, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SHORTEST_WITH_A_SLIP = 5
"""A shorter name with one letter more or less is as likely another name: `age` and `wage`."""

_MOST_NAMED = 3

_MOST_COMPARED = 100
"""Of more names, whose author is a program, none has a slip; to compare each with each would take long."""


def absent_faults(absent: Sequence[str], extra: Sequence[str], inputs: Sequence[str]) -> Iterator[Fault]:
    """Yield a fault for each column that was not sent.

    Args:
        absent: The columns that were not sent.
        extra: The columns that were sent and that the model does not have.
        inputs: All columns of the model, in its order.
    """
    by_letters: dict[str, list[str]] = {}
    for other in extra:
        if len(other) > MOST_NAME:
            continue
        by_letters.setdefault(_letters(other), []).append(other)
    few = max(len(by_letters), len(absent)) <= _MOST_COMPARED
    meant = {name: _meant(_letters(name), by_letters, slips=few) for name in absent}
    chosen = Counter(name for names in meant.values() for name in names)
    numbered = len(absent) > 0 and list(inputs) == [f"x{i}" for i in range(1, len(inputs) + 1)]
    for name in absent:
        hint = ""
        if len(meant[name]) == 1 and chosen[meant[name][0]] == 1:
            hint = f"; is `{meant[name][0]}` meant to be it?"
        elif numbered:
            hint = (
                f"; the model's columns are called {_listing(inputs)}, in the order in which it was fitted, and "
                "`ao refit --data FILE.csv`, in the model's project, gives them names"
            )
        elif len(extra) <= _MOST_NAMED and extra:
            those = ", ".join(f"`{shortened(other)}`" for other in extra)
            hint = f"; the rows have {those}, which the model does not"
        yield Fault(
            Code.COLUMN_MISSING,
            f"column `{name}` is missing{hint}",
            column=name,
            expected=f"column `{name}`",
            remedy=absent_remedy(name),
        )


def absent_remedy(name: str) -> str:
    """Say how to fix a column that was not sent."""
    return f"Send column `{name}` in every row; null says that a value is missing."


def _meant(letters: str, by_letters: Mapping[str, list[str]], *, slips: bool) -> list[str]:
    """Return the names that differ in nothing but their signs, capitals or accents, else in one slip of the hand."""
    if not letters or letters in by_letters:
        return by_letters.get(letters, []) if letters else []
    if not slips:
        return []
    return [other for theirs, others in by_letters.items() if _is_slip(letters, theirs) for other in others]


def _letters(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in parts if sign.isalnum())


def _is_slip(one: str, other: str) -> bool:
    """Say whether two names differ in a letter left out, or in two that changed places; never in a number."""
    if min(len(one), len(other)) < _SHORTEST_WITH_A_SLIP or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    short, long = sorted((one, other), key=len)
    if len(long) == len(short) + 1:
        # not at the ends: `wages` and `wage`, `hours` and `ours`
        return any(long[:i] + long[i + 1 :] == short for i in range(1, len(long) - 1))
    if len(long) > len(short):
        return False
    places = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and one[places[0]] == other[places[1]]
        and (one[places[1]] == other[places[0]])
    )


def _listing(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMED + 1:
        return ", ".join(f"`{name}`" for name in names)
    return f"`{names[0]}` to `{names[-1]}`"
