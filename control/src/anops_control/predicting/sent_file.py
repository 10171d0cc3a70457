"""The file that a person wants predicted: what is sent of it, and what is kept for the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.predicting import arrow_rows, parquet_rows
from anops_control.predicting.client import ARROW, CSV, PARQUET
from anops_control.suggestions import nearest
from anops_control.tables.dialect import Dialect
from anops_control.tables.plain_csv import plain_csv, rows_of
from anops_control.tables.records import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from anops_control.datasets.port import Advance

ALL = "all"
"""The word that keeps every column."""

_MOST_LISTED = 10


def _quietly(_done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class SentFile:
    """A file of rows.

    Attributes:
        path: Where it is.
        name: What the person called it.
        media_type: What it is.
        dialect: How it is written, where it is CSV.
        advance: Is told how much of it has gone to the service, and of how much.
    """

    path: Path
    name: str
    media_type: str = CSV
    dialect: Dialect = field(default_factory=Dialect)
    advance: Advance = _quietly

    def body(self) -> Iterator[bytes]:
        """Yield what goes to the service."""
        if self.media_type == CSV and not self.dialect.is_plain:
            yield from plain_csv(self.path, self.dialect, self.name)
            return
        if self.media_type == PARQUET:
            yield from parquet_rows.arrow_stream(self.path, self.name, self.advance)
            return
        done, total = 0, self.path.stat().st_size
        with self.path.open("rb") as source:
            while piece := source.read(1 << 18):
                yield piece
                done += len(piece)
                self.advance(done, total)

    @property
    def sent_as(self) -> str:
        """What goes to the service: Parquet, which begins at its end, goes as a stream of Arrow."""
        return ARROW if self.media_type == PARQUET else self.media_type

    @property
    def size(self) -> int | None:
        """How many bytes go to the service, where that is known before."""
        if self.media_type == PARQUET or (self.media_type == CSV and not self.dialect.is_plain):
            return None
        return self.path.stat().st_size

    @cached_property
    def ends_lines_as_windows(self) -> bool:
        """Whether its lines end as on Windows."""
        _, line = next(rows_of(self.path, self.dialect, self.name), ([], ""))
        return line.endswith("\r\n")

    @cached_property
    def output_encoding(self) -> str:
        """The encoding of a file like it."""
        with self.path.open("rb") as source:
            marked = source.read(3) == b"\xef\xbb\xbf"
        return "utf-8-sig" if marked else self.dialect.encoding

    @cached_property
    def columns(self) -> list[str]:
        """The names of its columns."""
        if self.media_type == PARQUET:
            return parquet_rows.column_names(self.path, self.name)
        if self.media_type != CSV:
            return list(arrow_rows.table(self.path, self.name).column_names)
        header, _ = next(rows_of(self.path, self.dialect, self.name), ([], ""))
        return [text_of(cell) for cell in header]

    def chosen(self, asked: Sequence[str]) -> list[str]:
        """Return the columns that a person wants to keep, in the order of their wish.

        Raises:
            CommandError: The file has no such column.
        """
        chosen: list[str] = []
        for name in asked:
            found = self.columns if name == ALL and ALL not in self.columns else [self._column(name)]
            chosen += [each for each in found if each not in chosen]
        return chosen

    def kept(self, chosen: Sequence[str]) -> Iterator[list[str]]:
        """Yield, for each row, the cells of some columns as they are written."""
        if self.media_type != CSV:
            yield from _texts_of(self.table(chosen))
            return
        rows = rows_of(self.path, self.dialect, self.name)
        next(rows, None)
        places = [self.columns.index(name) for name in chosen]
        blank = 0  # at the end of the file they are no rows
        for cells, line in rows:
            if not line.rstrip("\r\n"):
                blank += 1
                continue
            yield from ([""] * len(places) for _ in range(blank))
            blank = 0
            yield [cells[place] if place < len(cells) else "" for place in places]

    def table(self, chosen: Sequence[str]) -> Any:  # noqa: ANN401  pyarrow has no types
        """Return some columns of a Parquet or Arrow file as a table."""
        if self.media_type == PARQUET:
            return parquet_rows.columns(self.path, self.name, chosen)
        return arrow_rows.table(self.path, self.name).select(list(chosen))

    def _column(self, asked: str) -> str:
        for name in (asked, *(each for each in self.columns if each.strip() == asked.strip())):
            if name in self.columns:
                return name
        guess = nearest(asked, self.columns)
        shown = ", ".join(f"`{name}`" for name in self.columns[:_MOST_LISTED])
        more = len(self.columns) - _MOST_LISTED
        raise CommandError(
            f"{self.name} has no column `{asked}` to keep.",
            details=(f"Its columns are {shown}{f' and {more} more' if more > 0 else ''}.",),
            remedy=f"Did you mean `{guess}`?" if guess else "Name a column of the file, or keep them all: --keep all.",
            code=Code.USAGE,
        )


def _texts_of(table: Any) -> Iterator[list[str]]:  # noqa: ANN401  pyarrow has no types
    from anops_control.tables.records import written  # noqa: PLC0415  only here

    for batch in table.to_batches(max_chunksize=10_000):
        lists = [column.to_pylist() for column in batch.columns]
        for row in zip(*lists, strict=True):
            yield ["" if value is None else written(str(value)) for value in row]
