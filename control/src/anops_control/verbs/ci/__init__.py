"""The verbs about build servers."""
