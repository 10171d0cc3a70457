"""Verbs about the environment of `ao` itself."""
