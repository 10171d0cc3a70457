"""What the future is given, in a file: the regressors of each period."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.predicting.client import CSV
from anops_control.series.asking import contract_of, file_of, regressors_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.tables.dialect import Asked


def future_rows(path: Path, card: Mapping[str, Any], written: Asked) -> list[dict[str, Any]]:
    """Return the rows of a file of regressors, as `POST /forecast` takes them.

    Args:
        path: The file, as CSV.
        card: What the service says of its model.
        written: What is known of how the file is written.

    Raises:
        CommandError: It can't be read, or a cell is no number.
    """
    inputs = card["schema"]["inputs"]
    names = regressors_of(card, contract_of(card))
    numbers = [name for name in names if inputs[name]["type"] in {"number", "integer"}]
    file = file_of(path, written, numbers=numbers)
    if file.media_type != CSV:
        raise CommandError(f"`{path}` must be a CSV file.", code=Code.USAGE)
    rows = csv.DictReader(io.StringIO(b"".join(file.body()).decode("utf-8-sig")))
    return [
        {name: _value(path, number, name, cell, is_number=name in numbers) for name, cell in row.items()}
        for number, row in enumerate(rows, 1)
    ]


def _value(path: Path, row: int, name: str, cell: str, *, is_number: bool) -> float | str | None:
    if not is_number:
        return cell
    if cell in {"", "NA"}:
        return None
    try:
        return float(cell)
    except ValueError as error:
        raise CommandError(
            f"Column `{name}` of {path} must be a number; row {row} is {cell}.", code=Code.COLUMN_TYPE
        ) from error
