"""What was brought up: a folder for each workspace, written before anything is done, with a lock on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.standing import kept

from anops_workspaces.failures import WorkspaceError
from anops_workspaces.ir import Ir

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1


class State(kept.Kept):
    """What is kept of one workspace."""

    def __init__(self, home: Path, name: str) -> None:
        super().__init__(home / "workspaces" / name, f"the workspace `{name}`")

    def read(self) -> dict[str, Any] | None:
        """Return what is kept; None where there is no such workspace.

        Raises:
            WorkspaceError: It was written by another version of AnOps.
        """
        told = super().read()
        if told is not None and told.get("format") != FORMAT:
            raise WorkspaceError(
                f"The workspace `{self.name}` was brought up by another version of AnOps (format "
                f"{told.get('format')}, this one reads {FORMAT}).",
                remedy="Take it down with the `ao` that brought it up.",
            )
        return told

    def require(self) -> tuple[dict[str, Any], Ir]:
        """Return what is kept.

        Raises:
            WorkspaceError: There is no such workspace.
        """
        told = self.read()
        if told is None:
            known = kept.names(self.place.parent)
            raise WorkspaceError(
                f"There is no workspace `{self.name}`.",
                details=[f"There are {', '.join(f'`{each}`' for each in known)}."] if known else [],
                remedy=f"Bring it up: ao workspace up {self.name}",
            )
        return told, Ir.from_dict(told["ir"])

    def tell(self, status: str, ir: Ir, provider: str, connection: Mapping[str, Any] | None = None) -> None:
        """Keep what is known, whole or not at all."""
        self.write(
            {
                "format": FORMAT, "name": self.name, "status": status, "ir": ir.to_dict(),
                "provider": provider,
                "connection": None if connection is None else dict(connection),
            }
        )  # fmt: skip


def names(home: Path) -> list[str]:
    """Return the workspaces that are kept."""
    return kept.names(home / "workspaces")
