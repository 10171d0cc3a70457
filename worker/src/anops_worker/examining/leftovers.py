"""Finds data and whole environments that were saved with a model, and tries which of them prediction needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anops_project.examination.leftovers import Leftover

MOST_TRIED = 40


class Inspection(Protocol):
    """A loaded model, opened: what it holds, and the means to try without."""

    @property
    def leftovers(self) -> Sequence[Leftover]:
        """What it holds; those that can't be put back come last."""

    def take_out(self, place: int) -> bool:
        """Take one of the leftovers out of the loaded model; return whether that could be done."""

    def put_back(self, place: int) -> None:
        """Put it back."""


def try_without(inspection: Inspection, same: Callable[[], bool]) -> list[Leftover]:
    """Take one leftover after the other out of a loaded model, and leave out what it predicts the same without.

    Args:
        inspection: The opened model; it is poorer afterwards.
        same: Predicts, and tells whether all answers are as before.

    Returns:
        The leftovers, with `needed` filled in.
    """
    tried: list[Leftover] = []
    for place, leftover in enumerate(inspection.leftovers):
        if place >= MOST_TRIED or not inspection.take_out(place):
            tried.append(leftover)
            continue
        needed = not same()
        if needed:
            inspection.put_back(place)
        tried.append(replace(leftover, needed=needed))
    return tried
