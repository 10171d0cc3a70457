"""Tells how much of a file is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_control.datasets.port import Advance
    from anops_control.events import Events


def advancing(events: Events, what: str) -> Advance:
    """Return what is told how much is done; each percent is told once.

    Args:
        events: Where it is told.
        what: What is done: "Reading sales.csv".
    """
    events.doing(what)
    last = -1

    def advance(done: int, total: int) -> None:
        nonlocal last
        percent = 100 * done // total if total else 100
        if percent != last:
            last = percent
            events.amount(done, total)

    return advance
