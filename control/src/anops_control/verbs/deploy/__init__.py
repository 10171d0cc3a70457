"""Verbs about environments."""
