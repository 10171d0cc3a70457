"""What a place must be able to do for workspaces, and which there are."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from anops_workspaces.ir import Ir

Doing: TypeAlias = "Callable[[str], None]"
"""Is told what is being done; raises where the workspace is wanted no more."""


class Place(Protocol):
    """A place that workspaces run in: a module with these functions."""

    def build(self, ir: Ir) -> dict[str, Any]:
        """Return the form that the place understands: documents and texts by their names."""

    def apply(self, ir: Ir, form: Mapping[str, Any], folder: Path, doing: Doing) -> dict[str, Any]:
        """Bring it up, and return how it is reached.

        Args:
            ir: What is brought up.
            form: The same, as `build()` gave it.
            folder: Where files of the workspace are kept.
            doing: Is told what is being done.
        """

    def is_there(self, ir: Ir, folder: Path) -> bool:
        """Say whether it still runs."""

    def scale(self, ir: Ir, folder: Path, minimum: int, maximum: int) -> None:
        """Change how many workers there are."""

    def destroy(self, ir: Ir, folder: Path, doing: Doing) -> None:
        """Take down all of it, also what a crash has left."""


_PLACES = {
    "processes": "anops_workspaces.providers.processes",
    "docker": "anops_workspaces.providers.docker",
    "kubernetes": "anops_workspaces.providers.kubernetes",
    "azure": "anops_workspaces.providers.azure",
}


def place_of(ir: Ir) -> Place:
    """Return the place that a workspace runs in; only what it needs is imported."""
    return cast("Place", import_module(_PLACES[ir.target]))
