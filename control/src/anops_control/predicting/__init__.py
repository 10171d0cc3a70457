"""Asking a running service for predictions, for `ao predict`."""
