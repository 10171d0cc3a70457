"""`ao runs`: runs that made models."""
