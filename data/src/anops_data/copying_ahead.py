"""Copies a file that is to be added while it is still being looked at, which takes longer."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_data.changed_files import changed, require_same
from anops_data.digests import digest
from anops_data.writing_here import flush

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from anops_control.datasets.port import Wanted


@dataclass(frozen=True, slots=True)
class Ahead:
    """A copy that is being made.

    Attributes:
        file: The file.
        before: How it was when the copy was begun.
        copy: The copy.
        hash: That of the bytes that were copied, once they are.
    """

    file: Path
    before: os.stat_result
    copy: Path
    hash: Future[str]

    def taken(self, wanted: Wanted, target: Path) -> int:
        """Wait for the copy, move it, and return its size.

        Raises:
            CommandError: It is not what was looked at.
        """
        if self.hash.result() != wanted.hash:
            raise changed(self.file)
        require_same(self.file, self.before, self.file.stat())
        self.copy.rename(target)
        return target.stat().st_size


@contextmanager
def copying(file: Path, target: Path) -> Iterator[Ahead]:
    """Copy a file meanwhile; who is done with it before that ends it."""
    unwanted = threading.Event()

    def advance(_done: int, _total: int) -> None:
        if unwanted.is_set():
            raise CancelledError

    def copied() -> str:
        with target.open("wb", buffering=0) as opened:
            found = digest(file, advance, opened)
        flush(target)
        return found

    with ThreadPoolExecutor(1) as pool:
        made = Ahead(file, file.stat(), target, pool.submit(copied))
        try:
            yield made
        finally:
            unwanted.set()
