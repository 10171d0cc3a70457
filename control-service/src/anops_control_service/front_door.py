"""What every request passes: a name of the service, and the token, a key, or a token of an identity provider."""

from __future__ import annotations

import logging
import re
from functools import partial
from typing import TYPE_CHECKING

from anops_http.access.key_ring import KeyRing
from anops_http.access.layer import CALLER, Access
from anops_http.access.scopes import Scope
from anops_http.connections.stalls import STALLED
from anops_http.hosts import ANY, Hosts, names_of
from anops_http.request_ids import HEADER, identify
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control_service.problems import answer, problem
from anops_control_service.routes.pages import PAGES

if TYPE_CHECKING:
    from pathlib import Path

    from anops_http.door_settings import DoorSettings
    from starlette.types import ASGIApp, Message, Receive, Send
    from starlette.types import Scope as Request

log = logging.getLogger("anops")

KEYS = "keys.toml"
"""The file of further keys, in the service's own folder."""
_OPEN = frozenset({"/health", "/docs", "/v1/openapi.json", *(f"/{page}" for page in PAGES)})
"""They tell of no project: a browser shows the document, and a page, before it knows the token."""
_OPEN_BELOW = ("/docs/", *(f"/{page}/" for page in PAGES))
_TYPE = b"x-content-type-options"
_LOOKED_AT = re.compile(r"/v1/(projects(/[^/]+)?|jobs(/[^/]+(/events)?)?)")
"""Projects and jobs; what is in a file of a project is more than that it is there."""


def scope_for(method: str, path: str) -> Scope | None:
    """Return what a request needs: to look at projects and jobs is less than to do something, which may run code."""
    if path in _OPEN or path.startswith(_OPEN_BELOW):
        return None
    looks = method in {"GET", "HEAD"} and _LOOKED_AT.fullmatch(path) is not None
    return Scope.METADATA if looks else Scope.ADMIN


_SEND = "Send the header `Authorization: Bearer TOKEN`; `ao control` says which file has the token."


def _by(scope: Request) -> str:
    caller = scope.get(CALLER)
    return f" by {caller.name}" if caller is not None else ""


class FrontDoor:
    """Lets in who may ask, and asks under a name that no web page can have.

    Args:
        app: What it lets in to.
        own: The service's own folder, where further keys are.
        token_hash: The hash of the token.
        settings: Names of the service, and whose tokens are taken beside the keys.
    """

    def __init__(self, app: ASGIApp, own: Path, token_hash: str, settings: DoorSettings) -> None:
        keys = KeyRing(own / KEYS, own_hash=token_hash, missing_ok=True)
        inner = partial(Access, needs=scope_for, keys=keys, tokens=settings.tokens())(app)
        names = names_of(settings.hosts)
        self._app: ASGIApp = inner if ANY in names else Hosts(inner, names)

    async def __call__(self, scope: Request, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def patiently() -> Message:
            message = await receive()
            if STALLED in scope and message.get("more_body"):
                raise scope[STALLED]
            return message

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = identify(scope, dict(scope["headers"])).encode()

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER, request_id)]
                if not any(name == _TYPE for name, _ in message["headers"]):
                    message["headers"].append((_TYPE, b"nosniff"))  # a file of a project is no page
            await send(message)

        try:
            await self._app(scope, patiently, told)
        except AnOpsError as error:
            refused = error.problem
            remedy = refused.remedy
            if refused.code is Code.UNAUTHENTICATED:
                remedy = _SEND
            needs = {"WWW-Authenticate": "Bearer"} if refused.code is Code.UNAUTHENTICATED else None
            asked = (scope["method"], scope["path"], refused.code, _by(scope), request_id.decode())
            log.warning("%s %s %s%s, request %s", *asked)
            told_so = problem(refused.message, code=refused.code, remedy=remedy)
            await answer(told_so, scope, needs)(scope, receive, told)
