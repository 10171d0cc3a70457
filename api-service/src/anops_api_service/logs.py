"""The log: one readable line for each thing that happens, on stderr, never with a value that was sent."""

from __future__ import annotations

import logging
import sys

log = logging.getLogger("anops.api")


def set_up(level: str) -> None:
    """Send the log to stderr.

    Args:
        level: "debug", "info", "warning" or "error".
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    log.setLevel(level.upper())
    # it says itself what a person needs to know; uvicorn's own lines are for its developers
    logging.getLogger("uvicorn").setLevel(logging.ERROR)


def clean(text: str, limit: int = 200) -> str:
    """Return text from a client without line breaks and terminal codes, shortened."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[: limit + 1])
    return shown if len(shown) <= limit else shown[:limit] + "…"
