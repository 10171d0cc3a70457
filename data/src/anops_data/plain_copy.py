"""A person's CSV file as it is kept: UTF-8 with commas and decimal points, so that every client of pins reads it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from anops_control.tables.dialect_questions import settled_dialect
from anops_control.tables.plain_csv import plain_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.tables.dialect import Asked

_LOOKED_AT = 4 << 20
"""How much of a file tells how it is written; what is behind must be written as that, or is refused when it is read."""


@contextmanager
def kept_as(path: Path, asked: Asked) -> Iterator[Path]:
    """Give a file as it is kept: itself where it is plain.

    Args:
        path: The file.
        asked: What the person says of it.

    Raises:
        CommandError: It can't be told how it is written.
    """
    with TemporaryDirectory(prefix="ao-data-") as folder:
        looked = path
        if path.stat().st_size > _LOOKED_AT:
            looked = Path(folder, "beginning.csv")
            with path.open("rb") as source:
                begin = source.read(_LOOKED_AT)
            looked.write_bytes(begin[: begin.rfind(b"\n") + 1])
        dialect = settled_dialect(looked, path.name, asked)
        if dialect.is_plain and dialect.separator == "," and not dialect.told_separator:
            yield path
            return
        plain = Path(folder, path.name)
        with plain.open("wb") as target:
            for chunk in plain_csv(path, dialect, path.name, as_it_is=False):
                target.write(chunk)
        yield plain
