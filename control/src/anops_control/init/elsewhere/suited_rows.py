"""Gives a model of another tool the columns of a person's rows that it takes, and no others."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.init.elsewhere.brought import Brought


@contextmanager
def suited(rows: Path, brought: Brought, target: str | None) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Give a file of rows without the columns that a model does not take, and their names.

    Args:
        rows: Plain CSV.
        brought: The model.
        target: The column that is predicted, which stays.

    Raises:
        CommandError: The rows lack columns of the model.
    """
    with rows.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        others = brought.left_out(header, target, rows.name)
        if not others:
            yield rows, ()
            return
        kept = [place for place, name in enumerate(header) if name not in others]
        with TemporaryDirectory(prefix="ao-") as folder:
            path = Path(folder, rows.name)
            with path.open("w", encoding="utf-8", newline="") as fewer:
                writer = csv.writer(fewer)
                writer.writerow([header[place] for place in kept])
                writer.writerows([row[place] for place in kept] if len(row) == len(header) else row for row in reader)
            yield path, others
