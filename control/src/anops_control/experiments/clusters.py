"""Finds the cluster on which an experiment runs: one that is named by its address, or a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping


def cluster_of(scheduler: str | None, workspace: str | None) -> Mapping[str, Any] | None:
    """Return how a cluster is reached, as workspaces tell it; None: this computer runs it.

    Raises:
        CommandError: Both are named, or the workspace is not up.
    """
    if scheduler is not None and workspace is not None:
        raise CommandError("An experiment runs on a scheduler or on a workspace, not on both.", code=Code.USAGE)
    if scheduler is not None:
        return {"address": scheduler, "runs": "here"}
    if workspace is None:
        return None
    from anops_control.workspaces.home import home  # noqa: PLC0415  who has no workspace needs neither
    from anops_control.workspaces.port import workspaces  # noqa: PLC0415  the same

    with workspaces() as who:
        return {"workspace": workspace, **who.connection(home(), workspace)}
