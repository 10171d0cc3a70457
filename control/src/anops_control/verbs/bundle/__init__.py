"""Verbs about bundles: the code and data of experiments as an artifact in a registry."""
