"""Web pages of allowed origins may ask: the headers by which a browser lets them, and its question beforehand.

Source: the Fetch standard, "CORS protocol". No answer allows credentials: cookies are of no use here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.origins import ANYONE

from anops_api_service.request_context import HEADERS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_NAMES = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,1000}")
_VARY = (b"vary", b"Origin")
_VARY_PREFLIGHT = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
_EXPOSED = (
    b"access-control-expose-headers",
    (
        b"AnOps-Warnings, AnOps-API-Version, AnOps-Model, AnOps-Model-Version, AnOps-Model-Digest, Retry-After, "
        b"X-Request-Id"
    ),
)
_METHODS = (b"access-control-allow-methods", b"GET, HEAD, POST")
_MAX_AGE = (b"access-control-max-age", b"600")


@dataclass(frozen=True, slots=True)
class Cors:
    """A layer around all that answers, refusals included.

    Attributes:
        app: The application.
        origins: Those that may ask; `*` for all.
    """

    app: ASGIApp
    origins: frozenset[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser's question beforehand, or put the headers to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = {name: value for name, value in scope["headers"] if name.startswith((b"origin", b"access-control-"))}
        allowed = self._allowed(sent.get(b"origin", b""))
        if allowed and scope["method"] == "OPTIONS" and b"access-control-request-method" in sent:
            wanted = sent.get(b"access-control-request-headers", b"")
            headers = [*allowed, _VARY_PREFLIGHT, _METHODS, _MAX_AGE]
            if _NAMES.fullmatch(wanted):
                headers.append((b"access-control-allow-headers", wanted))
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body"})
            return

        scope[HEADERS] = [*scope.get(HEADERS, ()), *allowed, *([_EXPOSED] if allowed else []), _VARY]
        await self.app(scope, receive, send)

    def _allowed(self, origin: bytes) -> list[tuple[bytes, bytes]]:
        """Return the header that allows an origin; nothing where it is not allowed."""
        if not origin:
            return []
        if ANYONE in self.origins:
            return [(b"access-control-allow-origin", b"*")]
        return [(b"access-control-allow-origin", origin)] if origin.decode("latin-1") in self.origins else []
