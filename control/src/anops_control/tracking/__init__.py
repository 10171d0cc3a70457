"""Versions of models and runs that made them: what is asked of whoever keeps them, and what is kept."""
