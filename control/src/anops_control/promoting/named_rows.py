"""The rows that two versions are compared on, as a person names them: a CSV file, or a dataset."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.datasets.finding import board_of, version_of
from anops_control.datasets.port import GROUP, data
from anops_control.datasets.reading import opened
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.datasets.port import Board, Stored
    from anops_control.events import Events

_PREFIX = "data:"


@dataclass(frozen=True, slots=True)
class NamedRows:
    """Rows at hand.

    Attributes:
        file: The CSV file.
        dataset: The version of the dataset that they are; None where they are a file of the person's.
    """

    file: Path
    dataset: Stored | None = None


@contextmanager
def named_rows(wanted: Path, home: Path, events: Events) -> Iterator[NamedRows]:
    """Give the rows that a person names.

    Args:
        wanted: A file; or a dataset, as `sales`, `sales/VERSION` or `data:sales`.
        home: The project's folder.
        events: Are told what is being done.

    Raises:
        CommandError: There is neither, or the dataset can't be read here.
    """
    if wanted.is_file():
        yield NamedRows(wanted)
        return
    text = str(wanted.relative_to(home) if wanted.is_relative_to(home) else wanted)
    name, _, version = text.removeprefix(_PREFIX).partition("/")
    board = _board(home)
    if board is None or not (text.startswith(_PREFIX) or name in board.names()):
        raise CommandError(
            f"There is no file `{wanted}`, and no dataset `{name}`.",
            remedy="Name a CSV file of rows with their outcome, or a dataset: --data FILE.csv",
            code=Code.FILE_NOT_FOUND,
        )
    stored = version_of(board, name, version or None)
    adapter = data()
    with opened(adapter, board, stored, events) as (file, description), TemporaryDirectory(prefix="ao-rows-") as folder:
        if description.form == "rds":
            raise CommandError(
                f"`{name}` is kept as RDS, which only R can read: versions can't be compared on it.",
                remedy="Add the rows as Parquet or CSV too, under another name.",
                code=Code.FILE_UNREADABLE,
            )
        target = Path(folder, f"{name}.csv")
        adapter.convert(file, description, "csv", target)
        yield NamedRows(target, stored)


def _board(home: Path) -> Board | None:
    return board_of(data(), home, None) if entry_points(group=GROUP) else None
