"""Tells how a person's file is written, and asks them where it can't be told."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.prompt import Confirm, Prompt

from ao import messages
from ao.tables.encodings import EncodingError
from ao.tables.guessing import AmbiguousNumbersError, dialect_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from ao.tables.dialect import Asked, Dialect


def settled_dialect(
    path: Path, file: str, asked: Asked, *, names: Collection[str] = (), numbers: frozenset[str] | None = None
) -> Dialect:
    """Do what `dialect_of()` does; ask on a terminal where it can't be told, and say what changes numbers or letters.

    Args:
        path: The file.
        file: Its name, for messages.
        asked: What the person says of it.
        names: The columns that are expected.
        numbers: Those of them that are numbers; None: nobody knows.

    Raises:
        CommandError: It can't be told, and there is nobody to ask.
    """
    may_ask = sys.stdin.isatty() and messages.console().is_terminal
    while True:
        try:
            dialect = dialect_of(path, file, asked, names=names, numbers=numbers)
        except EncodingError as error:
            if not may_ask or not _is_cp1252(error):
                raise
            asked = replace(asked, encoding="cp1252")
        except AmbiguousNumbersError as error:
            if not may_ask:
                raise
            messages.warning(error.message)
            mark = Prompt.ask("Decimal mark", choices=[",", "."], console=messages.console())
            asked = replace(asked, decimal="," if mark == "," else ".")
        else:
            if dialect.example or (dialect.encoding != "utf-8" and asked.encoding is None):
                messages.note(dialect.sentence(file))
            return dialect


def _is_cp1252(error: EncodingError) -> bool:
    messages.warning(error.message)
    return Confirm.ask(f"Does this word read right: {error.word}", console=messages.console())
