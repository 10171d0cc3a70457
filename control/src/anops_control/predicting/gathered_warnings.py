"""The warnings of a file that was predicted piece by piece, as if it had been sent at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_ROWS = 20
"""How many rows a warning names, as a service does."""

_TOLD = {
    "extrapolation": "values outside the range that the model was fitted on, which is extrapolation",
    "novel": "new levels, taken as ao.toml says",
    "missing": "missing values, taken as ao.toml says",
    "booleans": "true or false, taken as 1 or 0",
    "rounded": "numbers that the model takes with fewer digits",
    "na-as-missing": "NA without quotes, read as missing",
    "na-as-level": "NA without quotes, read as the level NA",
}
"""What happened to rows, by the kind of a warning: its own message counts the rows of one piece."""


def gather(warnings: list[dict[str, Any]], warning: Mapping[str, Any], rows: Sequence[int]) -> None:
    """Take in a warning of one piece.

    Args:
        warnings: What was gathered before; it grows or changes.
        warning: What the service said.
        rows: Where its rows are in the file, counted from 1.
    """
    kind, column = warning.get("kind"), warning.get("column")
    told = {**warning, "rows": list(rows)}
    if kind not in _TOLD:
        if not any((each["message"], each["column"]) == (told.get("message"), column) for each in warnings):
            warnings.append({**told, "rows": [], "column": column})  # it says nothing of the rows of other pieces
        return
    known = next((each for each in warnings if (each.get("kind"), each.get("column")) == (kind, column)), None)
    if known is None:
        known = {**told, "rows": [], "count": 0}
        warnings.append(known)
    known["count"] += int(warning.get("count") or len(rows))
    known["rows"] = (known["rows"] + list(rows))[:MOST_ROWS]
    many = known["count"]
    known["message"] = f"Column `{column}`: {_TOLD[kind]}, in {many:,} row{'s' if many != 1 else ''}."
