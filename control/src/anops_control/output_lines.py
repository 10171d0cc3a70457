"""What a child process prints, as lines: whatever it prints, no more is held of it than a line may have."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

LONGEST_LINE = 1 << 20
"""Characters; a longer line comes in parts."""

_READ_BYTES = 65536


async def lines_of(stream: asyncio.StreamReader, *, longest: int | None = LONGEST_LINE) -> AsyncIterator[str]:
    """Read a child's output as lines; of a line that overwrites itself, the last state counts.

    Args:
        stream: The output.
        longest: How many characters of a line are gathered before they are yielded as one; None gathers all.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    line = _Line()
    while chunk := await stream.read(_READ_BYTES):
        first, *others = decoder.decode(chunk).split("\n")
        line.add(first)
        for other in others:
            yield line.end()
            line.add(other)
        if longest is not None and line.length >= longest:
            yield line.end()
    line.add(decoder.decode(b"", final=True))
    if line.length:
        yield line.end()


class _Line:
    """A line that is not over yet: its parts, which are put together once."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0

    def add(self, text: str) -> None:
        """Go on with it; what it has overwritten by then is forgotten."""
        if "\r" in text:
            whole = "".join([*self._parts, text])
            shown = whole.rstrip("\r")
            self._parts, text = [], shown.rpartition("\r")[2] + whole[len(shown) :][:1]
            self.length = 0
        if text:
            self._parts.append(text)
            self.length += len(text)

    def end(self) -> str:
        """Return it, and begin another."""
        whole = "".join(self._parts)
        self._parts, self.length = [], 0
        return whole.rstrip("\r").rpartition("\r")[2]
