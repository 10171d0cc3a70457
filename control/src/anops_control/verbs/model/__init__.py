"""Versions of models: kept, looked at, compared, promoted, taken back."""
