"""Predictions as JSON lines: an object for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from anops_api_service.answer_json import records
from anops_api_service.writers.writer import Closing, check_columns

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame

_ENCODER = msgspec.json.Encoder()


class JsonLinesWriter:
    """Writes an answer as JSON lines: a missing value is null, an infinity "Inf" or "-Inf"."""

    warns = False

    def __init__(self, content_type: str) -> None:
        """Begin an answer.

        Args:
            content_type: How the client calls the form.
        """
        self.content_type = content_type
        self._names: tuple[str, ...] | None = None

    def rows(self, frame: Frame) -> bytes:
        """Write the next rows."""
        self._names = self._names or frame.names()
        check_columns(frame, self._names)
        return _ENCODER.encode_lines(records(frame))

    def close(self, _: Closing) -> bytes:
        """Write nothing: the last line has its end."""
        return b""
