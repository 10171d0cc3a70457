"""What a statistician's own code has raised, in words; the code may do that badly, too."""

from __future__ import annotations


def text_of(error: BaseException) -> str:
    """Return the message of an error, or "" where even asking for it fails."""
    try:
        return str(error)
    except BaseException:  # noqa: BLE001  whatever its class does
        return ""
