"""How curl asks for one example: with the rows in the command, or with a file where they are nothing to read."""

from __future__ import annotations

LONGEST_REQUEST = 1000
"""A longer body, of some forty columns, is nothing to read or to paste: it comes from a file."""


def body_flags(request: str, *, has_example: bool, between: str = " ") -> str:
    """Return the flags with which curl sends one example, or a file where that is nothing to read.

    Args:
        request: The body that asks for one row, quoted for a shell.
        has_example: Whether there is a `tests/example.csv`.
        between: What stands between two flags.
    """
    if len(request) <= LONGEST_REQUEST:
        return f"--header 'content-type: application/json'{between}--data {request}"
    file = "tests/example.csv" if has_example else "FILE.csv"
    return f"--header 'content-type: text/csv'{between}--data-binary @{file}"
