"""The verbs about experiments."""
