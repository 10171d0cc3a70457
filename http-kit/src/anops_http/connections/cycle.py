"""One request and its answer, as uvicorn has them, with the head of the answer written in one go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

if TYPE_CHECKING:
    from typing import Any

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What neither the name nor the value of a header may hold (RFC 9110, 5.5)."""


class Cycle(RequestResponseCycle):
    """uvicorn looks at each header of an answer by itself: that costs as much as reading a small request.

    An answer whose end is known goes out when it is whole, and no turn of the loop later.
    """

    async def send(self, message: Any) -> None:  # noqa: ANN401  as ASGI has it
        """Send a part of the answer, as ASGI has it; header names are in lower case."""
        if self.disconnected or self.flow.write_paused:
            await super().send(message)
        elif not self.response_started and message["type"] == "http.response.start":
            self._begin(message["status"], [*self.default_headers, *message.get("headers", ())])
        else:
            await super().send(message)
            if self.response_complete:
                self.transport.flush()  # type: ignore[attr-defined]  # the one that gathers

    def _begin(self, status: int, headers: Any) -> None:  # noqa: ANN401  pairs of bytes
        lines = [STATUS_LINE[status]]
        closes = False
        for name, value in headers:
            if name == b"content-length":
                self.expected_content_length = int(value)
                self.chunked_encoding = False
            elif name == b"connection" and b"close" in value.lower():
                self.keep_alive, closes = False, True
            lines += (name, b": ", value, b"\r\n")
        if _FORBIDDEN.search(b"".join([part for pair in headers for part in pair])):
            message = "A header of an answer holds a control character."
            raise RuntimeError(message)
        self.response_started = True
        self.waiting_for_100_continue = False
        if not self.keep_alive and not closes:
            lines.append(b"connection: close\r\n")
        if self.chunked_encoding is None and self.scope["method"] != "HEAD" and status not in {204, 304}:
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked\r\n")
        lines.append(b"\r\n")
        self.transport.write(b"".join(lines))
