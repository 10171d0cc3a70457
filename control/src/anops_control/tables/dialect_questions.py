"""Tells how a person's file is written, and asks them where it can't be told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_control import events
from anops_control.tables.encodings import EncodingError
from anops_control.tables.guessing import AmbiguousNumbersError, dialect_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from anops_control.tables.dialect import Asked, Dialect


def settled_dialect(
    path: Path, file: str, asked: Asked, *, names: Collection[str] = (), numbers: frozenset[str] | None = None
) -> Dialect:
    """Do what `dialect_of()` does; ask where it can't be told and somebody is there, and say what changes a value.

    Args:
        path: The file.
        file: Its name, for messages.
        asked: What the person says of it.
        names: The columns that are expected.
        numbers: Those of them that are numbers; None: nobody knows.

    Raises:
        CommandError: It can't be told, and there is nobody to ask.
    """
    told = events.current()
    while True:
        try:
            dialect = dialect_of(path, file, asked, names=names, numbers=numbers)
        except EncodingError as error:
            if told.answer is None:
                raise
            told.warning(error.message)
            if told.answer(f"Does this word look right: {error.word}", ["y", "n"]) != "y":
                raise
            asked = replace(asked, encoding="cp1252")
        except AmbiguousNumbersError as error:
            if told.answer is None:
                raise
            told.warning(error.message)
            mark = told.answer("Decimal mark", [",", "."])
            asked = replace(asked, decimal="," if mark == "," else ".")
        else:
            if dialect.example or (dialect.encoding != "utf-8" and asked.encoding is None):
                told.note(dialect.sentence(file))
            return dialect
