"""Metaflow behind the port `anops_control.training.engine`, for `ao train`."""
