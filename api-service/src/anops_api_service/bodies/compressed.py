"""Bodies that come compressed, unpacked bit by bit: however small a body was made, no more than a bit is in memory."""

from __future__ import annotations

import asyncio
import sys
import zlib
from typing import TYPE_CHECKING, Protocol

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message, Receive

BIT_BYTES = 1 << 18
"""So much is unpacked at a time."""
_WINDOW_LOG_MAX = 27
"""What `zstd` itself takes: a larger window would take more than 128 MB of memory, whatever the body is."""
_GZIP = 31
"""The format for zlib: gzip alone."""


class _Unpacker(Protocol):
    """Unpacks one stream."""

    @property
    def eof(self) -> bool:
        """Whether its end was there."""

    @property
    def unused_data(self) -> bytes:
        """What came behind the end."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Take in bytes, and return at most so many unpacked ones."""


class _Zlib:
    """A stream of gzip or deflate, which keeps what it has not unpacked yet, as that of zstd does."""

    def __init__(self, form: int) -> None:
        self._stream = zlib.decompressobj(form)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._stream.decompress(self._stream.unconsumed_tail + data, max_length)


class _Deflate:
    """A stream of deflate: with the frame of zlib, as it is written down, or bare, as some clients send it."""

    def __init__(self) -> None:
        self._stream: _Zlib | None = None

    @property
    def eof(self) -> bool:
        return self._stream is not None and self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return b"" if self._stream is None else self._stream.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._stream is None:
            if not data:
                return b""
            # the frame begins with 8 in four bits, which no bare stream of a usual size does
            self._stream = _Zlib(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        return self._stream.decompress(data, max_length)


def _zstd() -> _Unpacker:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX})


_UNPACKERS: dict[str, Callable[[], _Unpacker]] = {
    "gzip": lambda: _Zlib(_GZIP),
    "x-gzip": lambda: _Zlib(_GZIP),
    "deflate": _Deflate,
    "zstd": _zstd,
}
ENCODINGS = ("gzip", "zstd", "deflate")
"""What is unpacked, for messages."""


def is_known(encoding: str) -> bool:
    """Say whether bodies of an encoding are unpacked here."""
    return encoding in _UNPACKERS


def unpacked(receive: Receive, encoding: str) -> Receive:
    """Return the channel of a request such that its body comes unpacked.

    Args:
        receive: The ASGI channel of the request.
        encoding: The header `Content-Encoding`, one that is known.
    """
    return _Unpacked(receive, encoding)


def rest_of(receive: Receive) -> Receive:
    """Return the channel of what is left of a body that was refused: nobody unpacks it any more."""
    return receive.rest if isinstance(receive, _Unpacked) else receive


class _Unpacked:
    """The channel of a request whose body is compressed.

    Raises:
        AnOpsError: `BODY_SYNTAX`: the body is none of its encoding, or cut off.
    """

    def __init__(self, receive: Receive, encoding: str) -> None:
        self._receive = receive
        self._encoding = encoding
        self._make = _UNPACKERS[encoding]
        self._stream = self._make()
        self._packed = b""
        self._whole = False
        self._full = False
        self._ended = False
        self._begun = False

    async def __call__(self) -> Message:
        """Return the next bit of the body."""
        if self._ended:
            return await self._receive()
        if self._full or self._packed or self._whole:
            await asyncio.sleep(0)  # others are answered between the bits
        else:
            message = await self._receive()
            if message["type"] != "http.request":
                return message
            self._packed = message.get("body", b"")
            self._whole = not message.get("more_body", False)
            if not self._packed and not self._whole:
                return message
        part = self._unpack()
        more = bool(self._full or self._packed or not self._whole)
        if not more:
            if not self._stream.eof and self._begun:
                raise self._broken("it is cut off")
            self._ended = True
        return {"type": "http.request", "body": part, "more_body": more}

    async def rest(self) -> Message:
        """Return the next bit of the body as it comes, after one that could not be used."""
        if self._whole:
            return {"type": "http.request", "body": b"", "more_body": False}
        message = await self._receive()
        self._whole = not message.get("more_body", False)
        return message

    def _unpack(self) -> bytes:
        data, self._packed = self._packed, b""
        if self._stream.eof:
            if not data:
                return b""
            self._stream = self._make()  # another one follows: two files, one behind the other
        self._begun = self._begun or bool(data)
        try:
            part = self._stream.decompress(data, BIT_BYTES)
        except (zlib.error, zstd.ZstdError, EOFError, MemoryError) as error:
            raise self._broken("it is damaged, or compressed in another way") from error
        if self._stream.eof:
            self._packed = self._stream.unused_data
        self._full = not self._stream.eof and len(part) == BIT_BYTES
        return part

    def _broken(self, why: str) -> AnOpsError:
        return AnOpsError(
            Code.BODY_SYNTAX,
            f"Can't unpack the body, which has `Content-Encoding: {self._encoding}`: {why}.",
            remedy="Compress it once more, or send it as it is, without that header.",
        )
