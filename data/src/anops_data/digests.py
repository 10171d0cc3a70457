"""Hashes and copies files a piece at a time: the hash is that of pins, xxh64 of the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xxhash import xxh64

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from anops_control.datasets.port import Advance

_PIECE = 1 << 20


def quietly(_done: int, _total: int) -> None:
    """Tell nobody how much is done."""


def digest(path: Path, advance: Advance = quietly, target: BinaryIO | None = None) -> str:
    """Return the hash of a file.

    Args:
        path: The file.
        advance: Is told how many of its bytes are read.
        target: What is read is written there too.
    """
    hasher, done, total = xxh64(), 0, path.stat().st_size
    buffer = bytearray(_PIECE)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as source:
        while size := source.readinto(buffer):
            hasher.update(view[:size])
            if target is not None:
                target.write(view[:size])
            done += size
            if done % (_PIECE << 4) < size:
                advance(done, max(total, done))
    return hasher.hexdigest()
