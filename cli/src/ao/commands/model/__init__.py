"""`ao model`: versions of models."""
