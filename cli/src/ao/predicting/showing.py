"""Shows predictions and their warnings to a person."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN_ROWS = 20
_SHOWN_NUMBERS = 5


def show_table(predictions: str) -> None:
    """Show the first predictions as a table, each with its row, and say how many more there are.

    Args:
        predictions: The answer as CSV.
    """
    rows = csv.reader(io.StringIO(predictions))
    header = next(rows, [])
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("row", justify="right", style="dim")
    body = list(rows)
    shown = body[:_SHOWN_ROWS]
    for position, name in enumerate(header):
        numbers = all(_is_number(row[position]) for row in shown)
        table.add_column(Text(name), justify="right" if numbers else "left", overflow="fold")
    for number, row in enumerate(shown, start=1):
        table.add_row(str(number), *(Text(cell) for cell in row))
    messages.result_table(table)
    if len(body) > len(shown):
        messages.note(f"… and {len(body) - len(shown):,} more rows; `--output FILE.csv` keeps them all.")


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
