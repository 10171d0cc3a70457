"""Cuts an Arrow stream that arrives in pieces into its messages, each looked at before memory is spent on it.

A message says how long it is in a small table of FlatBuffers, and a compressed one how much it becomes. Only so much
is read here; the content is for the Arrow library, which has to hold a message as a whole.

Source: the Arrow columnar format, "IPC Streaming Format", "IPC File Format" and Message.fbs.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE_START = b"ARROW1\0\0"
"""A file begins so; behind it stands a stream, and behind that a list of places that is of no use here."""

_CONTINUATION = 0xFFFFFFFF
_MOST_METADATA = 1 << 24


class MessageKind(IntEnum):
    """What a message is, by its number in the format."""

    SCHEMA = 1
    DICTIONARY = 2
    BATCH = 3


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as it was sent."""

    kind: MessageKind
    data: bytes


class ArrowMessages:
    """Takes in bytes and gives back whole messages."""

    def __init__(self, most: int) -> None:
        """Begin a stream.

        Args:
            most: The largest message in bytes, decompressed.
        """
        self._most = most
        self._buffer = bytearray()
        self._begun = self._is_file = self._ended = False
        self._deltas = 0
        self._batches = self._messages = 0

    @property
    def held(self) -> int:
        """How many bytes wait for the end of their message."""
        return len(self._buffer)

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take in bytes.

        Raises:
            AnOpsError: `BODY_SYNTAX`: they are not an Arrow stream; `BODY_TOO_LARGE`: a message is too large.
        """
        self._buffer += data
        if not self._begun and not self._begin():
            return
        while not self._ended and (message := self._next()) is not None:
            yield message
        if self._ended:
            if self._buffer and not self._is_file:
                raise broken("there is more after the end of the stream")
            self._buffer.clear()

    def finish(self) -> None:
        """See to it that the stream ended where a message ends.

        Raises:
            AnOpsError: `BODY_SYNTAX`: it is empty, or cut off.
        """
        if not self._begun and not self._buffer:
            raise broken("it is empty")
        if not self._begun and bytes(self._buffer[:4]) not in {FILE_START[:4], b"\xff\xff\xff\xff"}:
            raise broken("it is not an Arrow stream")
        if self._buffer:
            raise broken(f"it is cut off within a message, after {_batches(self._batches)}")

    def _begin(self) -> bool:
        start = bytes(self._buffer[:8])
        if len(start) < 8:
            return False
        if start == FILE_START:
            self._is_file = True
            del self._buffer[:8]
        elif start[:4] == b"PAR1":
            raise broken("it is a Parquet file", remedy="Send it as an Arrow stream, or as CSV.")
        self._begun = True
        return True

    def _next(self) -> Message | None:
        if len(self._buffer) < 8:
            return None
        mark, length = struct.unpack_from("<Ii", self._buffer)
        if mark != _CONTINUATION and self._is_file and not self._messages:
            raise broken(
                "it is an Arrow file that does not hold a stream, such as polars writes",
                remedy="Send a stream, of polars by df.write_ipc_stream(file), or Parquet.",
            )
        if mark != _CONTINUATION:
            raise broken(
                "a message does not begin as the format demands" if self._batches else "it is not an Arrow stream"
            )
        if length == 0:
            self._ended = True
            del self._buffer[:8]
            return None
        if not 8 <= length <= _MOST_METADATA:
            raise broken("the length of a message makes no sense")
        if len(self._buffer) < 8 + length:
            return None
        metadata = _Table(bytes(self._buffer[8 : 8 + length]))
        body = metadata.long(3)
        self._check_size(body)
        end = 8 + length + body
        if len(self._buffer) < end:
            return None
        with memoryview(self._buffer) as view:
            data = bytes(view[:end])
        del self._buffer[:end]
        self._messages += 1
        return Message(self._checked(metadata, memoryview(data)[8 + length :]), data)

    def _checked(self, metadata: _Table, body: memoryview) -> MessageKind:
        try:
            kind = MessageKind(metadata.byte(1))
        except ValueError:
            raise broken("it holds something other than columns") from None
        if kind == MessageKind.BATCH:
            self._check_size(_decompressed(metadata.table(2), body))
            self._batches += 1
        if kind == MessageKind.DICTIONARY:
            dictionary = metadata.table(2)
            size = _decompressed(dictionary.table(1), body)
            self._deltas += size if dictionary.byte(2) else 0
            self._check_size(size + self._deltas)
        return kind

    def _check_size(self, size: int) -> None:
        if size < 0:
            raise broken("the length of a message makes no sense")
        if size > self._most:
            raise AnOpsError(
                Code.BODY_TOO_LARGE,
                f"Can't read a record batch of more than {self._most / 1_000_000:g} MB: after "
                f"{_batches(self._batches)}, there is one of {size / 1_000_000:.0f} MB.",
                remedy="Write the rows in smaller record batches, such as of 50,000 rows.",
            )


def broken(what: str, *, remedy: str | None = None) -> AnOpsError:
    """Say why a body is not an Arrow stream."""
    return AnOpsError(
        Code.BODY_SYNTAX,
        f"Can't read the body as Arrow: {what}.",
        remedy=remedy or "Send what an Arrow library writes as an IPC stream, from its first byte to its last.",
    )


def _batches(count: int) -> str:
    return f"{count} record batch{'' if count == 1 else 'es'}"


def _decompressed(batch: _Table, body: memoryview) -> int:
    """Return how many bytes the buffers of a record batch become."""
    compressed = batch.has(3)
    size = 0
    for offset, length in batch.pairs(2):
        if offset < 0 or length < 0 or offset + length > len(body):
            raise broken("a column points outside of its record batch")
        size += length
        if compressed and length >= 8:
            # -1: this buffer would not have become smaller
            size += max(0, struct.unpack_from("<q", body, offset)[0] - length)
    return size


class _Table:
    """A table of FlatBuffers, read field by field.

    Source: "FlatBuffer Internals"; offsets are relative, and a table begins with the way to the places of its fields.
    """

    def __init__(self, data: bytes, at: int | None = None) -> None:
        self._data = data
        self._at = self._read("<I", 0) if at is None else at
        self._places = self._at - self._read("<i", self._at)
        self._count = (self._read("<H", self._places) - 4) // 2

    def has(self, field: int) -> bool:
        return self._place(field) is not None

    def byte(self, field: int) -> int:
        place = self._place(field)
        return 0 if place is None else self._read("<B", place)

    def long(self, field: int) -> int:
        place = self._place(field)
        return 0 if place is None else self._read("<q", place)

    def table(self, field: int) -> _Table:
        place = self._place(field)
        if place is None:
            raise broken("a message lacks its content")
        return _Table(self._data, place + self._read("<I", place))

    def pairs(self, field: int) -> Iterator[tuple[int, int]]:
        """Return the items of a list of structs of two longs."""
        place = self._place(field)
        if place is None:
            return
        start = place + self._read("<I", place)
        for item in range(self._read("<I", start)):
            at = start + 4 + 16 * item
            yield self._read("<q", at), self._read("<q", at + 8)

    def _place(self, field: int) -> int | None:
        if field >= self._count:
            return None
        offset = self._read("<H", self._places + 4 + 2 * field)
        return self._at + offset if offset else None

    def _read(self, form: str, at: int) -> int:
        if not 0 <= at <= len(self._data) - struct.calcsize(form):
            raise broken("a message can't be read")
        value: int = struct.unpack_from(form, self._data, at)[0]
        return value
