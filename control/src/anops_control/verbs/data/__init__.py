"""Verbs about datasets."""
