"""Tells our own adapters from those of others."""

from __future__ import annotations

import re

OURS = frozenset(
    {
        "anops-control",
        "anops-data",
        "anops-experiments",
        "anops-features",
        "anops-model-service",
        "anops-model-service-r",
        "anops-monitoring",
        "anops-schedules",
        "anops-tracking",
        "anops-training",
        "anops-worker",
        "anops-workspaces",
    }
)
"""Our own distributions that offer entry points."""


def normal(written: str) -> str:
    """Return a distribution's name as packaging normalises it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", written).lower()
