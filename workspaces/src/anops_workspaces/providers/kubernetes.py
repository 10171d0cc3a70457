"""Workspaces of pods: rendered as objects and checked; not brought up by `ao` itself yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.standing.kubernetes_rules import faults_of

from anops_workspaces.failures import WorkspaceError
from anops_workspaces.providers.kubernetes_objects import objects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_workspaces.ir import Ir
    from anops_workspaces.providers.provider import Doing


def build(ir: Ir) -> dict[str, Any]:
    """Return the objects of the cluster.

    Raises:
        WorkspaceError: A cluster would refuse them.
    """
    made = objects(ir)
    if faults := faults_of(made):
        raise WorkspaceError("A cluster would refuse what the workspace needs.", details=faults)
    return {"objects": made}


def apply(ir: Ir, form: Mapping[str, Any], folder: Path, doing: Doing) -> dict[str, Any]:  # noqa: ARG001  as each place
    """Say that it is not brought up.

    Raises:
        WorkspaceError: Always.
    """
    raise WorkspaceError(
        f"A workspace on {ir.target.capitalize()} is rendered and checked, and not brought up by this version.",
        remedy=f"See what it consists of: ao workspace up {ir.name} --provider NAME --dry-run",
    )


def is_there(ir: Ir, folder: Path) -> bool:  # noqa: ARG001  as each place has it
    """Say that it is not: none was brought up."""
    return False


def scale(ir: Ir, folder: Path, minimum: int, maximum: int) -> None:
    """Change nothing: none was brought up."""


def destroy(ir: Ir, folder: Path, doing: Doing) -> None:
    """Remove nothing: none was brought up."""
