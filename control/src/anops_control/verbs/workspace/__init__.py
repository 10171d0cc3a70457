"""The verbs about workspaces."""
