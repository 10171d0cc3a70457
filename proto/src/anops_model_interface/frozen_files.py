"""SQLite whose files may become immutable while they are open, which would end the process at once."""

from __future__ import annotations

import ctypes
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_BESIDE = ("", "-wal", "-shm")


class GuardedConnection(sqlite3.Connection):
    """A connection that raises `sqlite3.OperationalError` where its files may not be written any more.

    In WAL mode who only reads, or closes, writes too, into a file that is mapped into memory. Where that became
    immutable, the system answers with the signal SIGBUS: the process is gone without a word.
    """

    def __init__(self, database: str | Path, *others: Any, **named: Any) -> None:  # noqa: ANN401  as sqlite3 has it
        """Open a file; see `sqlite3.connect`."""
        super().__init__(database, *others, **named)
        self._files = [f"{Path(database).absolute()}{end}" for end in _BESIDE]

    @property
    def frozen(self) -> str | None:
        """The file that may not be written now; None: all may."""
        for file in self._files:
            if not os.access(file, os.W_OK) and os.path.exists(file):  # noqa: PTH110  asked for each statement
                return file
        return None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401  as sqlite3 has it
        """Run a statement."""
        self._refuse_frozen()
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Run a statement for each list of values."""
        self._refuse_frozen()
        return super().executemany(sql, parameters)

    def close(self) -> None:
        """Close it; where its files may not be written, it stays open until the process ends."""
        if self.frozen is None:
            super().close()
        else:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self))  # never finalised: that would close it

    def _refuse_frozen(self) -> None:
        file = self.frozen
        if file is not None:
            raise sqlite3.OperationalError(f"{Path(file).name} may not be written")
