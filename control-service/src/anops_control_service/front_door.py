"""What every request passes: it comes from this computer's own programs, and knows the token."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from starlette.datastructures import Headers

from anops_control_service.problems import answer, problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})
_OPEN = frozenset({"/health", "/docs", "/v1/openapi.json"})
"""They tell of no project: a browser shows the document before it knows the token."""
_OPEN_BELOW = "/docs/"


class FrontDoor:
    """Lets in who knows the token, and asks for this computer by its own name: no web page can do either."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "").rpartition(":")
        named = host[0] if host[1] and host[2].isdigit() else headers.get("host", "")
        refused = None
        if named not in _HERE:
            refused = problem(
                f"The control service is asked as 127.0.0.1 or localhost, not as `{named[:100]}`.",
                code=Code.USAGE,
                status=421,
            )
        elif not self._is_open(scope["path"]) and not self._knows(headers.get("authorization", "")):
            refused = problem(
                "The request does not bring the token.",
                code=Code.UNAUTHENTICATED,
                remedy="Send the header `Authorization: Bearer TOKEN`; `ao control` says which file has the token.",
            )
        if refused is None:
            await self._app(scope, receive, send)
            return
        needs = {"WWW-Authenticate": "Bearer"} if refused["status"] == 401 else None
        await answer(refused, needs)(scope, receive, send)

    @staticmethod
    def _is_open(path: str) -> bool:
        return path in _OPEN or path.startswith(_OPEN_BELOW)

    def _knows(self, authorization: str) -> bool:
        kind, _, token = authorization.partition(" ")
        return kind.lower() == "bearer" and secrets.compare_digest(token.strip().encode(), self._token)
