"""Where versions, runs and workspaces are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.tracking.opening import place_of
from anops_control.workspaces.home import home

if TYPE_CHECKING:
    from pathlib import Path


def kept_places(folder: Path) -> dict[str, str]:
    """Return what is kept, and where.

    Args:
        folder: The project's folder; without a project, the current one.
    """
    return {"versions and runs": place_of(folder).shown, "workspaces": str(home())}
