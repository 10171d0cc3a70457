"""How an answer is sent: compressed where the client takes it so, bit by bit."""

from __future__ import annotations

import asyncio
import sys
import zlib
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Protocol

from anops_api_service.accept import choose_encoding
from anops_api_service.answer_json import warnings_header
from anops_api_service.request_headers import headers_of, names

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from anops_model_interface.frames import Warn
    from starlette.types import Scope, Send

    from anops_api_service.identity import Header

SMALLEST_BYTES = 1000
"""A smaller answer fits into a packet as it is."""
_LEVEL = 1
"""How hard to try: more takes several times as long, and gives little for numbers."""
_LARGE_BYTES = 1 << 16
"""More is compressed in a thread, so that others are answered meanwhile."""
_GZIP = 31
"""The format for zlib: gzip alone."""
_ACCEPTED = names("accept-encoding")


class _Packer(Protocol):
    """Compresses one answer."""

    def compress(self, data: bytes, /) -> bytes:
        """Take in bytes, and return what is compressed by now."""

    def flush(self) -> bytes:
        """Return the rest."""


_PACKERS: dict[str, Callable[[], _Packer]] = {
    "zstd": partial(zstd.ZstdCompressor, level=_LEVEL),
    "gzip": partial(zlib.compressobj, _LEVEL, zlib.DEFLATED, _GZIP),
    "deflate": partial(zlib.compressobj, _LEVEL, zlib.DEFLATED, zlib.MAX_WBITS),
}
"""How answers are compressed, the preferred first."""
ENCODINGS = tuple(_PACKERS)
OF_TRITON = ("gzip", "deflate")
"""What Triton's server sends: its async client says that it takes zstd, as its HTTP library does, and can't read it."""
_encoding = lru_cache(maxsize=64)(choose_encoding)


async def send_answer(
    scope: Scope,
    send: Send,
    content_type: str,
    chunks: Iterable[bytes],
    *,
    size: int,
    warnings: Sequence[Warn] = (),
) -> None:
    """Send an answer.

    Args:
        scope: The request.
        send: The ASGI channel of the answer.
        content_type: The header of that name.
        chunks: The answer, bit by bit.
        size: Its length in bytes.
        warnings: What goes into the header `AnOps-Warnings`.
    """
    headers = [(b"content-type", content_type.encode())]
    if warnings:
        headers.append((b"anops-warnings", warnings_header(warnings)))
    await send_body(scope, send, headers, chunks, size=size)


async def send_body(
    scope: Scope,
    send: Send,
    headers: list[Header],
    chunks: Iterable[bytes],
    *,
    size: int,
    encodings: tuple[str, ...] = ENCODINGS,
) -> None:
    """Send a body.

    Args:
        scope: The request.
        send: The ASGI channel of the answer.
        headers: Its headers, but for those that say how long it is and how it is compressed.
        chunks: The body, bit by bit.
        size: Its length in bytes.
        encodings: How it may be compressed, the preferred first.
    """
    # what has no length of its own ends with the connection in HTTP/1.0, and nobody would see that it was cut off
    if size >= SMALLEST_BYTES and scope.get("http_version") != "1.0":
        encoding = _encoding(headers_of(scope, _ACCEPTED).get("accept-encoding", ""), encodings)
        if encoding:
            headers = [*headers, (b"content-encoding", encoding.encode()), (b"vary", b"Accept-Encoding")]
            await _send_packed(send, headers, chunks, _PACKERS[encoding](), small=size < _LARGE_BYTES)
            return
    headers = [*headers, (b"content-length", str(size).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for chunk in chunks:
        size -= len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": size > 0})


async def _send_packed(
    send: Send, headers: list[Header], chunks: Iterable[bytes], packer: _Packer, *, small: bool
) -> None:
    if small:
        content = b"".join([*map(packer.compress, chunks), packer.flush()])
        headers.append((b"content-length", str(len(content)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for chunk in chunks:
        if part := await asyncio.to_thread(packer.compress, chunk):
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": await asyncio.to_thread(packer.flush)})
