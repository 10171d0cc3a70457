"""How much requests may take of memory and disk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes.

    Attributes:
        body: The largest body, or piece of one, that is in memory as a whole.
        stream: The largest body that is read piece by piece.
        spool: What answers to those may take of the disk, all together.
        bodies: What all bodies under way may take of memory.
    """

    body: int = 256_000_000
    stream: int = 10_000_000_000
    spool: int = 1_000_000_000
    bodies: int = 512_000_000
