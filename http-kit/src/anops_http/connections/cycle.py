"""One request and its answer, as uvicorn has them, with an answer of one piece written in one go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

if TYPE_CHECKING:
    from typing import Any

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What neither the name nor the value of a header may hold (RFC 9110, 5.5)."""
_LENGTH, _CONNECTION = b"content-length", b"connection"
_CHANGING = frozenset({_LENGTH, b"date", b"x-request-id"})
"""Headers that are hardly ever the same twice."""
_MOST_LINES, _LONGEST_LINE = 1000, 200
_lines: dict[tuple[bytes, bytes], bytes] = {}
"""The lines of headers that answers have had: most are the same in all."""


class Cycle(RequestResponseCycle):
    """uvicorn looks at each header of an answer by itself: that costs as much as reading a small request.

    An answer whose end is known goes out when it is whole, and no turn of the loop later; the head of one that says how
    long it is waits for the first piece of it.
    """

    _head = b""
    """What of the answer waits for the rest."""

    async def receive(self) -> Any:  # noqa: ANN401  as ASGI has it
        """Return what has come of the request, as ASGI has it."""
        if (
            self.more_body
            or not self.message_event.is_set()
            or self.response_complete
            or self.disconnected
            or self.waiting_for_100_continue
            or self.flow.read_paused
        ):
            return await super().receive()
        # it has come whole
        self.message_event.clear()
        body, self.body = bytes(self.body), bytearray()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Any) -> None:  # noqa: ANN401  as ASGI has it
        """Send a part of the answer, as ASGI has it; header names are in lower case."""
        if not (self.disconnected or self.flow.write_paused):
            if not self.response_started and message["type"] == "http.response.start":
                self._begin(message["status"], [*self.default_headers, *message.get("headers", ())])
                return
            if self._head and self._is_all(message):
                self._end(message["body"])
                return
        if self._head:
            head, self._head = self._head, b""
            self.transport.write(head)
        await super().send(message)
        if self.response_complete:
            self.transport.flush()  # type: ignore[attr-defined]  # the one that gathers

    def _begin(self, status: int, headers: Any) -> None:  # noqa: ANN401  pairs of bytes
        lines = [STATUS_LINE[status]]
        closes = False
        for name, value in headers:
            lines.append(_lines.get((name, value)) or _line(name, value))
            if name == _LENGTH:
                self.expected_content_length = int(value)
                self.chunked_encoding = False
            elif name == _CONNECTION and b"close" in value.lower():
                self.keep_alive, closes = False, True
        self.response_started = True
        self.waiting_for_100_continue = False
        if not self.keep_alive and not closes:
            lines.append(b"connection: close\r\n")
        if self.chunked_encoding is None and self.scope["method"] != "HEAD" and status not in {204, 304}:
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked\r\n")
        lines.append(b"\r\n")
        head = b"".join(lines)
        if self.chunked_encoding is False and self.expected_content_length:
            self._head = head
        else:
            self.transport.write(head)

    def _is_all(self, message: Any) -> bool:  # noqa: ANN401  as ASGI has it
        """Say whether a message has all of the body that the head tells of."""
        return (
            message["type"] == "http.response.body"
            and not message.get("more_body", False)
            and len(message.get("body", b"")) == self.expected_content_length
            and self.scope["method"] != "HEAD"
        )

    def _end(self, body: bytes) -> None:
        """Send an answer that has come whole."""
        head, self._head = self._head, b""
        self.expected_content_length = 0
        self.response_complete = True
        self.message_event.set()
        self.transport.write_now(head + body)  # type: ignore[attr-defined]  # the one that gathers
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


def _line(name: bytes, value: bytes) -> bytes:
    """Return a header as it is written.

    Raises:
        RuntimeError: It holds a control character.
    """
    line = b"%b: %b" % (name, value)
    if _FORBIDDEN.search(line):
        message = "A header of an answer holds a control character."
        raise RuntimeError(message)
    line += b"\r\n"
    if name not in _CHANGING and len(line) < _LONGEST_LINE and len(_lines) < _MOST_LINES:
        _lines[name, value] = line
    return line
