"""Log lines without values that were sent: of an exception, its kind and its places, never its text."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    _Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_TELL_OF_EXCEPTIONS = frozenset({"asyncio"})
"""Loggers whose messages hold an exception's text from their second line on."""


class QuietFormatter(logging.Formatter):
    """Formats as usual, but for exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        record.msg, record.args = quiet_message(record.name, record.getMessage()), None
        return super().format(record)

    def formatException(self, ei: _Raised) -> str:  # noqa: N802  the library's name
        """Tell of an exception."""
        error = ei[1]
        return "" if error is None else places(error)


def quiet_message(logger: str, said: str) -> str:
    """Return what a logger says, without the text of an exception."""
    return said.split("\n", 1)[0] if logger in _TELL_OF_EXCEPTIONS else said


def places(error: BaseException) -> str:
    """Return where an exception was raised, and of which kind it is; its text may hold values that were sent."""
    lines: list[str] = []
    at = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        lines.append(f"  {code.co_filename}:{at.tb_lineno} in {code.co_name}")
        at = at.tb_next
    return "\n".join([*lines, f"{type(error).__name__}"])
