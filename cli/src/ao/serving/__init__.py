"""Tells where a model is served."""
