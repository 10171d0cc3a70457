"""Runs that made models: looked at, and compared."""
