"""Answers that wait for their last row: in memory while they are small, else in a file without a name."""

from __future__ import annotations

import errno
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Self

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY_BYTES = 1 << 20
"""What an answer takes of memory before it goes into a file."""

_CHUNK_BYTES = 1 << 18
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(slots=True)
class SpoolRoom:
    """What all answers together may take of the disk.

    Attributes:
        limit: Bytes there may be.
        taken: Bytes there are.
    """

    limit: int
    taken: int = 0


class Spool:
    """One answer; a context manager, behind which nothing of it is left."""

    def __init__(self, room: SpoolRoom) -> None:
        self.size = 0
        self._room = room
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._parts.clear()
        if self._file is not None:
            self._file.close()
            self._file = None
            self._room.taken -= self.size
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add to the answer.

        Raises:
            AnOpsError: `NO_ROOM`: the disk, or what may be used of it, is full.
        """
        if self._file is None and self.size + len(data) > MEMORY_BYTES:
            self._into_a_file()
        if self._file is None:
            self._parts.append(data)
            self.size += len(data)
        else:
            self._append(self._file, data)

    def chunks(self) -> Iterator[bytes]:
        """Return the answer from its start."""
        if self._file is None:
            yield b"".join(self._parts)
            return
        self._file.seek(0)
        while data := self._file.read(_CHUNK_BYTES):
            yield data

    def _into_a_file(self) -> None:
        try:
            file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  __exit__ closes it
        except OSError as error:
            raise AnOpsError(
                Code.NO_ROOM,
                "Can't keep so large an answer until it is whole: the service has no folder for temporary files.",
                remedy="Give the service a folder that it can write to at /tmp, or name one in TMPDIR.",
            ) from error
        parts, self._parts = self._parts, []
        self._file, self.size = file, 0
        self._append(file, b"".join(parts))

    def _append(self, file: IO[bytes], data: bytes) -> None:
        if self._room.taken + len(data) > self._room.limit:
            raise AnOpsError(
                Code.NO_ROOM,
                f"Can't keep the answer until it is whole: it and others need more than the "
                f"{self._room.limit / 1_000_000:g} MB available.",
                remedy="Send the rows in several requests, or start the api-service with a larger max_spool_mb.",
            )
        self._room.taken += len(data)
        self.size += len(data)
        try:
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise AnOpsError(
                Code.NO_ROOM,
                f"Can't keep the answer until it is whole: {tempfile.gettempdir()} is full.",
                remedy="Send the rows in several requests, or give the service more room there.",
            ) from error
