"""What every request passes: it comes from this computer's own programs, and brings the token or a key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from anops_http.access.key_ring import KeyRing
from anops_http.access.layer import Access
from anops_http.access.scopes import Scope
from anops_http.hosts import Hosts
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control_service.problems import answer, problem

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Send
    from starlette.types import Scope as Request

KEYS = "keys.toml"
"""The file of further keys, in the service's own folder."""
_OPEN = frozenset({"/health", "/docs", "/v1/openapi.json"})
"""They tell of no project: a browser shows the document before it knows the token."""
_OPEN_BELOW = "/docs/"


def scope_for(path: str) -> Scope | None:
    """Return what a path needs: who may ask a project for anything may run code."""
    return None if path in _OPEN or path.startswith(_OPEN_BELOW) else Scope.ADMIN


class FrontDoor:
    """Lets in who brings the token or a key, and asks under a name that no web page can have.

    Args:
        app: What it lets in to.
        own: The service's own folder, where further keys are.
        token_hash: The hash of the token.
    """

    def __init__(self, app: ASGIApp, own: Path, token_hash: str) -> None:
        keys = KeyRing(own / KEYS, own_hash=token_hash, missing_ok=True)
        inner = partial(Access, needs=scope_for, keys=keys)
        self._app: ASGIApp = Hosts(inner(app), frozenset())

    async def __call__(self, scope: Request, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            await self._app(scope, receive, send)
        except AnOpsError as error:
            told = error.problem
            remedy = told.remedy
            if told.code is Code.UNAUTHENTICATED:
                remedy = "Send the header `Authorization: Bearer TOKEN`; `ao control` says which file has the token."
            needs = {"WWW-Authenticate": "Bearer"} if told.code is Code.UNAUTHENTICATED else None
            await answer(problem(told.message, code=told.code, remedy=remedy), needs)(scope, receive, send)
