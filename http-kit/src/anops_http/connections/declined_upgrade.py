"""Reads on as HTTP/1.1 where a client offered another protocol: every HttpClient of Java does, and `curl --http2`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httptools

if TYPE_CHECKING:
    from collections.abc import Callable

    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
"""The headers that say where a body ends."""


def read_on(connection: HttpToolsProtocol, rest: bytes, understand: Callable[[bytes], None]) -> None:
    """Decline an offer, as RFC 9110, 7.8, allows, and read the body of the request that came with it.

    httptools takes whatever follows such a head for the other protocol, and the request for one without a body.

    Args:
        connection: It has just taken in the head, and has not begun to answer.
        rest: What came behind the head.
        understand: Feeds the connection's parser.

    Raises:
        httptools.HttpParserError: The rest is not HTTP.
    """
    cycle = connection.cycle
    cycle.more_body = True
    cycle.message_event.clear()
    parser = httptools.HttpRequestParser(_FromTheBodyOn(connection))
    parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it
    connection.parser = parser
    framing = b"".join(b"%s: %s\r\n" % header for header in connection.headers if header[0] in _FRAMING)
    parser.feed_data(b"POST / HTTP/1.1\r\n" + framing + b"\r\n")
    if rest:
        understand(rest)


class _FromTheBodyOn:
    """A connection that has had the head of the first request already."""

    def __init__(self, connection: HttpToolsProtocol) -> None:
        self._connection = connection
        self._had = False
        self.on_body = connection.on_body

    def on_message_begin(self) -> None:
        if self._had:
            self._connection.on_message_begin()

    def on_url(self, url: bytes) -> None:
        if self._had:
            self._connection.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._had:
            self._connection.on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._had:
            self._connection.on_headers_complete()

    def on_message_complete(self) -> None:
        self._had = True
        self._connection.on_message_complete()
