"""What a key or a token allows."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """One kind of request."""

    PREDICT = "predict"
    """Ask for predictions."""
    OBSERVE = "observe"
    """Send observations of a time series, which changes its forecasts, and read them."""
    METADATA = "metadata"
    """Read what the models are: their columns, options, digests, and the documents made of them."""
    METRICS = "metrics"
    """Read the figures of the service."""
    APPROVE = "approve"
    """Approve that a version goes into an environment."""
    ADMIN = "admin"
    """Everything."""


def is_allowed(scope: Scope, scopes: frozenset[Scope]) -> bool:
    """Say whether scopes allow a kind of request."""
    return scope in scopes or Scope.ADMIN in scopes
