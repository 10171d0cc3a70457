"""A person's file of rows as a plain CSV file, for what reads no other."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from anops_control.tables.dialect_questions import settled_dialect
from anops_control.tables.plain_csv import plain_csv, rows_of
from anops_control.tables.records import needs_quotes, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from anops_control.tables.dialect import Asked, Dialect


@contextmanager
def plain_file(path: Path, asked: Asked) -> Iterator[Path]:
    """Give a file of the same name with commas and decimal points, in UTF-8: the file itself where it is so.

    In a file that quotes its texts, as R's `write.csv()` does, an unquoted NA becomes an empty cell: it is missing.

    Args:
        path: The file.
        asked: What the person says of it.

    Raises:
        CommandError: It can't be told how it is written.
    """
    dialect = settled_dialect(path, path.name, asked)
    quotes_texts = _quotes_texts(path, dialect)
    if dialect.is_plain and dialect.separator == "," and not dialect.lines_before and not quotes_texts:
        yield path
        return
    with TemporaryDirectory(prefix="ao-") as folder:
        plain = Path(folder, path.name)
        with plain.open("wb") as target:
            for chunk in plain_csv(path, dialect, path.name, as_it_is=False, na_is_missing=quotes_texts):
                target.write(chunk)
        yield plain


def plain_bytes(path: Path, asked: Asked, *, names: Collection[str], numbers: frozenset[str]) -> bytes:
    """Return a file's content as the services read it.

    Args:
        path: The file.
        asked: What the person says of it.
        names: The columns that are expected.
        numbers: Those of them that are numbers.

    Raises:
        CommandError: It can't be told how it is written.
    """
    dialect = settled_dialect(path, path.name, asked, names=names, numbers=numbers)
    return path.read_bytes() if dialect.is_plain else b"".join(plain_csv(path, dialect, path.name))


def _quotes_texts(path: Path, dialect: Dialect) -> bool:
    header, _ = next(rows_of(path, dialect, path.name), ([], ""))
    return any(cell.startswith('"') and text_of(cell) and not needs_quotes(text_of(cell)) for cell in header)
