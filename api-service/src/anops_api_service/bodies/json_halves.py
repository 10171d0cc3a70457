"""Refuses half a character in a JSON body: an escape can name one, but no text that is sent on can hold it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import MOST_NAME, AnOpsError, Fault, FaultCollector, shortened
from anops_model_interface.unicode_texts import HALF

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAYBE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
"""What a backslash begins: two halves that make a character, half a one (the group), or anything else."""

_REMEDY = "Write both halves of the character (\\ud83d\\ude00), or the character itself in UTF-8."


def refuse_halves(body: bytes, content: object, *, model: str = "") -> None:
    """Look for half a character.

    Args:
        body: JSON in UTF-8.
        content: What Python reads it as.
        model: The model's name, for messages.

    Raises:
        AnOpsError: `COLUMN_TYPE`: it is in a value; `BODY_SYNTAX`: it is in a name, or elsewhere.
    """
    if not _MAYBE.search(body):
        return
    for name, row, value in _cells(content.get("data") if isinstance(content, dict) else None):
        if isinstance(value, str) and HALF.search(value) and not HALF.search(name):
            raise _in_a_value(shortened(name, MOST_NAME), row, value, model)
    text = body.decode()
    for escape in _ESCAPES.finditer(text):
        if escape[1] is not None:
            line = text.count("\n", 0, escape.start()) + 1
            column = escape.start() - text.rfind("\n", 0, escape.start())
            raise AnOpsError(
                Code.BODY_SYNTAX,
                f"Can't read the body as JSON: line {line}, column {column}: {escape[1]} is half a character.",
                remedy=_REMEDY,
            )


def _cells(data: object) -> Iterator[tuple[str, int, object]]:
    """Return the column, the row (from 1) and the value of each cell."""
    if isinstance(data, list):
        for row, record in enumerate(data, start=1):
            if isinstance(record, dict):
                yield from ((name, row, value) for name, value in record.items())
    elif isinstance(data, dict):
        for name, values in data.items():
            if isinstance(values, list):
                yield from ((name, row, value) for row, value in enumerate(values, start=1))


def _in_a_value(name: str, row: int, value: str, model: str) -> AnOpsError:
    shown = shortened(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode(), 40)
    faults = FaultCollector()
    faults.add(
        Fault(
            Code.COLUMN_TYPE,
            f"column `{name}` must have whole characters",
            column=name,
            row=row,
            found=f"is {shown}, which holds half a character",
            expected="whole characters",
            received=shown,
        )
    )
    try:
        faults.raise_if_any(model=model)
    except AnOpsError as error:
        return AnOpsError.of(replace(error.problem, remedy=_REMEDY))
    raise AssertionError  # there is one
