"""Messages on a stream of bytes: each has a header of fixed size, whose last field is the length of its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import struct
    from collections.abc import Sequence

Message = tuple[tuple[int, ...], bytes]
"""The fields of a header, and the body behind it."""


class TooLongError(ValueError):
    """A header says that its body is longer than any message may be."""


class Splitter:
    """Cuts what comes from a socket into the messages that were sent."""

    def __init__(self, header: struct.Struct, *, most_bytes: int) -> None:
        """Begin with nothing.

        Args:
            header: Whole numbers, of which the last is the length of the body in bytes.
            most_bytes: The longest body.
        """
        self._header = header
        self._most_bytes = most_bytes
        self._parts: list[bytes] = []
        self._have = 0
        self._want = header.size

    def feed(self, data: bytes) -> Sequence[Message]:
        """Take in some bytes, and return the messages that are whole now.

        Raises:
            TooLongError: What comes is none of ours, or too much.
        """
        self._parts.append(data)
        self._have += len(data)
        if self._have < self._want:
            return ()
        whole = b"".join(self._parts) if len(self._parts) > 1 else data
        header, at = self._header, 0
        found: list[Message] = []
        while True:
            body = at + header.size
            end = body
            if len(whole) >= body:
                fields = header.unpack_from(whole, at)
                if fields[-1] > self._most_bytes:
                    raise TooLongError(f"a message of {fields[-1]} bytes is longer than {self._most_bytes}")
                end = body + fields[-1]
            if len(whole) < end:
                self._keep(whole[at:] if at else whole, want=end - at)
                return found
            found.append((fields, whole[body:end]))
            at = end

    def _keep(self, rest: bytes, *, want: int) -> None:
        self._parts, self._have, self._want = [rest] if rest else [], len(rest), want
