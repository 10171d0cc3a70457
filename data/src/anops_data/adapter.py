"""What `ao` gets of this package: the parts behind the port of datasets."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from anops_data.board import PinsBoard
from anops_data.converting import convert
from anops_data.describing import described
from anops_data.digests import digest
from anops_data.forms import form_of
from anops_data.plain_copy import kept_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from anops_control.datasets.description import About, Description, Form
    from anops_control.datasets.port import Advance, Board, Described
    from anops_control.tables.dialect import Asked
    from anops_model_interface.schema import ColumnSpec


class Pins:
    """Datasets on boards of pins, read by Arrow."""

    def board(self, address: str, options: Mapping[str, str]) -> Board:
        """Open a board; nothing is written yet."""
        return PinsBoard(address, options)

    def form_of(self, file: Path) -> Form:
        """Tell how a file is written."""
        return form_of(file)

    @contextmanager
    def plain(self, file: Path, form: Form, asked: Asked) -> Iterator[Path]:
        """Give a file as it is kept."""
        if form != "csv":
            yield file
            return
        with kept_as(file, asked) as plain:
            yield plain

    def digest(self, file: Path, advance: Advance) -> str:
        """Return the hash of a file."""
        return digest(file, advance)

    def describe(
        self,
        file: Path,
        form: Form,
        *,
        about: About,
        said: Mapping[str, ColumnSpec],
        missing_words: Sequence[str],
        advance: Advance,
    ) -> Described:
        """Look at a file, in a memory that does not grow with it."""
        return described(file, form, about=about, said=said, missing_words=missing_words, advance=advance)

    def convert(self, file: Path, description: Description, form: Form, target: Path) -> None:
        """Write a version in another form."""
        convert(file, description, form, target)

    def compare(self, before: Path, old: Description, after: Path, new: Description) -> Sequence[Mapping[str, Any]]:
        """Compare the values of two versions, column by column."""
        from anops_data.comparing import compared  # noqa: PLC0415  for `ao data diff` alone

        return compared(before, old, after, new)

    def query(self, database: str, query: str, target: Path, advance: Advance) -> None:
        """Write the rows that a database answers into a Parquet file."""
        from anops_data.querying import queried  # noqa: PLC0415  SQLAlchemy is slow to import

        queried(database, query, target, advance)


PINS = Pins()
