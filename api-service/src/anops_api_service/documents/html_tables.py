"""Tables of HTML: rows as records, rows as columns, lists that fold."""

from __future__ import annotations

import json
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from anops_model_interface.words import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_VALUES = 12
"""More levels than this go behind a fold."""
MOST_ROWS = 40
"""Of more columns than this, the others are only named, behind a fold: the page of thousands stays readable."""


def records(rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as a table with a column for each name."""
    if not rows or not rows[0]:
        return "<p>(no columns)</p>"
    return table(
        [f"<code>{escape(name)}</code>" for name in rows[0]], ([_cell(v) for v in row.values()] for row in rows)
    )


def transposed(rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as a table with a line for each name, as fits many names."""
    head = ("Column", *(f"row {i}" for i in range(1, len(rows) + 1)))
    names = islice(rows[0], MOST_ROWS)
    made = table(head, ([f"<code>{escape(name)}</code>", *(_cell(row[name]) for row in rows)] for name in names))
    more = len(rows[0]) - MOST_ROWS
    told = f'<p class="quiet">and {counted(more, "more column")}: <a href="model">the whole example as JSON</a></p>'
    return made + (told if more > 0 else "")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return number_text(value)
    return escape(value if isinstance(value, str) else "missing" if value is None else json_text(value))


def table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are HTML."""
    written = [[*row] for row in rows]
    titles = [*head]
    # a column that says nothing is left out
    kept = [i for i in range(len(titles)) if not written or any(row[i] for row in written)]
    lines = ["<tr>" + "".join(f"<th>{titles[i]}</th>" for i in kept) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{row[i]}</td>" for i in kept) + "</tr>" for row in written]
    return f'<div class="scroll"><table>{"".join(lines)}</table></div>'


def json_text(value: object) -> str:
    """Return a value as JSON that a person can read."""
    return json.dumps(value, ensure_ascii=False)


def listed(values: Sequence[str]) -> str:
    """Return values in a line; many of them behind a fold."""
    shown = [f"<code>{value}</code>" for value in values]
    if len(shown) <= _MOST_VALUES:
        return " ".join(shown)
    rest = len(shown) - _MOST_VALUES
    more = f"<details><summary>and {rest} more</summary>{' '.join(shown[_MOST_VALUES:])}</details>"
    return " ".join(shown[:_MOST_VALUES]) + more


def counted(number: int, what: str) -> str:
    """Return a number with its noun: "2 columns"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
