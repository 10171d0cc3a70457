"""Traces as an extra: what they need is loaded where somebody wants them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_api_service.observing.traces import Traces


class TracesError(Exception):
    """Traces can't be sent; the text says why, and what to do."""


def traces_to(collector: str) -> Traces | None:
    """Return what sends traces.

    Args:
        collector: The address of a collector for OTLP over gRPC; empty: nobody wants any.

    Raises:
        TracesError: OpenTelemetry is not installed.
    """
    if not collector:
        return None
    try:
        made: Traces = import_module("anops_api_service.observing.traces").Traces(collector)
    except ImportError as error:
        raise TracesError(
            f"Can't send traces: {error.name} is not installed.\n"
            "Install what they need: pip install 'anops-api-service[traces]'"
        ) from error
    return made
