"""The log: one readable line for each thing that happens, on stderr, never with a value that was sent."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from anops_model_interface.quiet_log import QuietFormatter

log = logging.getLogger("anops.api")

GATHER_SECONDS = 0.05
"""For how long lines of requests are gathered: writing each by itself costs as much as a small request."""


def set_up(level: str) -> None:
    """Send the log to stderr.

    Args:
        level: "debug", "info", "warning" or "error".
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what of its own matters comes as an error of a call
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    log.setLevel(level.upper())
    # it says itself what a person needs to know; uvicorn's own lines are for its developers
    logging.getLogger("uvicorn").setLevel(logging.ERROR)


class RequestLog:
    """A line for every request, written a moment later, together with those of others."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, line: str) -> None:
        """Write a line soon; call it where an event loop runs."""
        if not self._lines:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self.flush)
        self._lines.append(line)

    def flush(self) -> None:
        """Write what was gathered."""
        lines, self._lines = self._lines, []
        if lines:
            log.info("%d requests", len(lines), extra={"lines": lines})


class _Formatter(QuietFormatter):
    """Writes each of several gathered lines like a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        lines = getattr(record, "lines", None)
        if lines is None:
            return super().format(record)
        record.message = ""
        record.asctime = self.formatTime(record, self.datefmt)
        head = self.formatMessage(record)
        return "\n".join([head + line for line in lines])


def clean(text: str, limit: int = 200) -> str:
    """Return text from a client without line breaks and terminal codes, shortened."""
    if len(text) <= limit and text.isprintable():
        return text
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[: limit + 1])
    return shown if len(shown) <= limit else shown[:limit] + "…"
