"""Predictions as MLflow's scoring servers answer: values where there is one prediction a row, else objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from anops_api_service.answer_json import json_values, records
from anops_api_service.writers.json_writer import JSON
from anops_api_service.writers.writer import Closing, check_columns

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame

_ONLY = ("prediction",)
"""The column of a model that gives one value, which has no name of its own."""


class ScoringWriter:
    """Writes an answer as JSON: a missing value is null, an infinity "Inf" or "-Inf"."""

    content_type = JSON
    warns = False

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
        values = json_values(frame.columns[0]) if self._names == _ONLY else records(frame)
        return start + between + msgspec.json.encode(values)[1:-1]

    def close(self, _: Closing) -> bytes:
        """Write the end."""
        return b"]}" if self._names is not None else b'{"predictions":[]}'
