"""Predictions as JSON, of which only a piece is in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from anops_api_service.answer_json import closing_members, records
from anops_api_service.writers.writer import Closing, check_columns

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame

JSON = "application/json"


def _coded(frame: Frame) -> bytes:
    """Return rows of a single column of few different texts, each of which is written once; empty: it is none."""
    if len(frame.columns) != 1 or (texts := frame.columns[0].coded) is None:
        return b""
    rows = [msgspec.json.encode({frame.columns[0].name: text}) for text in texts.different]
    return b",".join(map(rows.__getitem__, texts.places.tolist()))


class JsonWriter:
    """Writes an answer as JSON: a missing value is null, an infinity "Inf" or "-Inf"."""

    content_type = JSON
    warns = True

    def __init__(self) -> None:
        self._names: tuple[str, ...] | None = None
        self._empty = True

    def rows(self, frame: Frame) -> bytes:
        """Write the next rows."""
        start = b""
        if self._names is None:
            self._names = frame.names()
            start = b'{"predictions":['
        check_columns(frame, self._names)
        if not frame.rows:
            return start
        between = b"" if self._empty else b","
        self._empty = False
        return start + between + (_coded(frame) or msgspec.json.encode(records(frame))[1:-1])

    def close(self, closing: Closing) -> bytes:
        """Write the warnings, and what made the predictions."""
        start = b'{"predictions":[' if self._names is None else b""
        members = closing_members(closing.warnings, closing.model, closing.request_id)
        return start + b"]," + msgspec.json.encode(members)[1:]
