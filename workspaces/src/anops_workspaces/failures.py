"""What goes wrong with workspaces, as a person reads it."""

from anops_control.standing.failure import StandingError as WorkspaceError

__all__ = ["WorkspaceError"]
