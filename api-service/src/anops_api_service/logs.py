"""The log: lines on stderr, never with a value that was sent; for a person on a terminal, as JSON elsewhere."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

import structlog
from anops_model_interface.quiet_log import QuietFormatter, places, quiet_message
from anops_model_interface.unicode_texts import to_json

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

    from anops_api_service.request_line import RequestLine

log = logging.getLogger("anops.api")

GATHER_SECONDS = 0.05
"""For how long lines of requests are gathered: writing each by itself costs as much as a small request."""

_LINES = "lines"
"""Where a record has the lines that were gathered."""


def set_up(level: str, form: str = "auto") -> None:
    """Send the log to stderr.

    Args:
        level: "debug", "info", "warning" or "error".
        form: "text", "json", or "auto": text on a terminal, JSON elsewhere.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what of its own matters comes as an error of a call
    handler = logging.StreamHandler(sys.stderr)
    as_text = sys.stderr.isatty() if form == "auto" else form == "text"
    handler.setFormatter(_Text("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S") if as_text else _Json())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    log.setLevel(level.upper())
    # it says itself what a person needs to know; uvicorn's own lines are for its developers
    logging.getLogger("uvicorn").setLevel(logging.ERROR)


class RequestLog:
    """A line for every request, written a moment later, together with those of others."""

    def __init__(self) -> None:
        self._lines: list[RequestLine] = []

    def add(self, line: RequestLine) -> None:
        """Write a line soon; call it where an event loop runs."""
        if not self._lines:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self.flush)
        self._lines.append(line)

    def flush(self) -> None:
        """Write what was gathered."""
        lines, self._lines = self._lines, []
        if lines:
            log.info("%d requests", len(lines), extra={_LINES: lines})


class _Text(QuietFormatter):
    """Writes each of several gathered lines like a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        lines: list[RequestLine] | None = getattr(record, _LINES, None)
        if lines is None:
            return super().format(record)
        record.message = ""
        record.asctime = self.formatTime(record, self.datefmt)
        head = self.formatMessage(record)
        return "\n".join([head + line.text() for line in lines])


class _Json(structlog.stdlib.ProcessorFormatter):
    """Writes each record as a line of JSON, and each of several gathered lines likewise."""

    def __init__(self) -> None:
        self._stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
        render = structlog.processors.JSONRenderer(serializer=_serialized)
        super().__init__(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _in_order, render],
            foreign_pre_chain=[_quiet, structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, self._stamp],
        )

    def format(self, record: logging.LogRecord) -> str:
        lines: list[RequestLine] | None = getattr(record, _LINES, None)
        if lines is None:
            return super().format(record)
        head = {**self._stamp(log, "info", {}), "level": record.levelname.lower(), "event": "request"}
        return "\n".join([_serialized({**head, **line.fields()}) for line in lines])


def _quiet(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Leave out the text of an exception: it may hold values that were sent."""
    record: logging.LogRecord = event["_record"]
    event["event"] = quiet_message(record.name, event["event"])  # the record's own has lost its arguments by now
    raised = event.pop("exc_info", None)
    if raised and raised[1] is not None:
        event["exception"] = places(raised[1])
    return event


def _in_order(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    first = ("timestamp", "level", "event")
    return {name: event[name] for name in (*first, *(name for name in event if name not in first))}


def _serialized(event: Any, **_: Any) -> str:  # noqa: ANN401  whatever is told
    return to_json(event).decode()


def clean(text: str, limit: int = 200) -> str:
    """Return text from a client without line breaks and terminal codes, shortened."""
    if len(text) <= limit and text.isprintable():
        return text
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[: limit + 1])
    return shown if len(shown) <= limit else shown[:limit] + "…"
