"""The keeper of a cluster: started, told how many workers there may be, ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from anops_control.standing import keeping
from anops_control.standing.kept import write_whole

from anops_workspaces.keeper import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from anops_workspaces.ir import Ir

is_kept = keeping.is_kept


def start(place: Path, form: Mapping[str, Any], ir: Ir, doing: Callable[[str], None]) -> dict[str, Any]:
    """Start a keeper, wait until its cluster can be used, and return the addresses of scheduler and dashboard."""
    limit(place, ir.workers.minimum, ir.workers.maximum)
    return keeping.start(
        place, "anops_workspaces.keeper", form, doing, what=f"The workspace `{ir.name}`",
        awaited="waiting for the scheduler",
    )  # fmt: skip


def limit(place: Path, minimum: int, maximum: int) -> None:
    """Say how many workers there may be; a keeper that is there hears of it."""
    write_whole(place / LIMITS, json.dumps({"min": minimum, "max": maximum}))


def end(place: Path, doing: Callable[[str], None]) -> None:
    """End a keeper and all that it has started here."""
    keeping.end(place, doing, awaited="ending scheduler and workers")
