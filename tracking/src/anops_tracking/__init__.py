"""Runs and versions of models, kept by MLflow."""
