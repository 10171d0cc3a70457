"""Shows predictions and their warnings to a person."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN_ROWS = 20
_SHOWN_NUMBERS = 5


def show_table(predictions: Iterable[str]) -> None:
    """Show the first predictions as a table, each with its row, and say how many more there are.

    Args:
        predictions: The lines of the answer as CSV.
    """
    rows = csv.reader(predictions)
    header = next(rows, [])
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("row", justify="right", style="dim")
    shown = list(islice(rows, _SHOWN_ROWS))
    more = sum(1 for _ in rows)
    for position, name in enumerate(header):
        numbers = all(_is_number(row[position]) for row in shown)
        table.add_column(Text(name), justify="right" if numbers else "left", overflow="fold")
    for number, row in enumerate(shown, start=1):
        table.add_row(str(number), *(Text(cell) for cell in row))
    messages.result_table(table)
    if more:
        messages.note(f"… and {more:,} more rows; `--output FILE.csv` keeps them all.")


def show_warnings(warnings: Iterable[dict[str, Any]]) -> None:
    """Say what the service warned of.

    Args:
        warnings: The warnings as the service writes them.
    """
    for warning in warnings:
        rows = warning.get("rows") or []
        listed = ", ".join(str(row) for row in rows[:_SHOWN_NUMBERS]) + (", …" if len(rows) > _SHOWN_NUMBERS else "")
        where = f" ({'rows' if len(rows) > 1 else 'row'} {listed})" if rows else ""
        call = f" In: {warning['call']}" if warning.get("call") else ""
        messages.warning(f"{warning.get('message', '')}{where}{call}")


def _is_number(cell: str) -> bool:
    if cell in {"NA", ""}:
        return True
    try:
        float(cell)
    except ValueError:
        return False
    return True
