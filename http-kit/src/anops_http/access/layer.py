"""The layer that lets in who may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from anops_http.access import refusals
from anops_http.access.key_file import PREFIX
from anops_http.access.scopes import is_allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Send
    from starlette.types import Scope as Request

    from anops_http.access.caller import Caller
    from anops_http.access.key_ring import KeyRing
    from anops_http.access.scopes import Scope

CALLER = "anops.caller"
"""Where a request carries who asks."""
_PREFIX = PREFIX.encode()


class Tokens(Protocol):
    """Checks tokens of an identity provider."""

    async def caller(self, token: bytes) -> Caller:
        """Return whom a token is for.

        Raises:
            AnOpsError: It is not valid, which says why; or it can't be checked.
        """


class Access:
    """Lets a request through that brings a key or token which allows it.

    Args:
        app: What it lets through to.
        needs: The scope that a request needs, by its path; None where anybody may ask.
        keys: Knows the keys; None: there are none.
        tokens: Checks tokens; None: none are taken.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        needs: Callable[[str], Scope | None],
        keys: KeyRing | None = None,
        tokens: Tokens | None = None,
    ) -> None:
        self._app = app
        self._needs = needs
        self._keys = keys
        self._tokens = tokens

    async def __call__(self, scope: Request, receive: Receive, send: Send) -> None:
        """Answer a request.

        Raises:
            AnOpsError: It may not be made; the layer around answers with the problem.
        """
        if scope["type"] == "http":
            needed = self._needs(scope["path"])
            if needed is not None:
                caller = await self._caller(scope["headers"])
                if not is_allowed(needed, caller.scopes):
                    raise refusals.without_scope(caller, needed)
                if not caller.has_room():
                    raise refusals.too_often(caller)
                scope[CALLER] = caller
        await self._app(scope, receive, send)

    async def _caller(self, headers: list[tuple[bytes, bytes]]) -> Caller:
        secret = _secret_in(headers)
        if self._tokens is not None and (self._keys is None or not secret.startswith(_PREFIX)):
            return await self._tokens.caller(secret)
        caller = self._keys.caller(secret) if self._keys is not None else None
        if caller is None:
            raise refusals.unknown_key()
        return caller


def _secret_in(headers: list[tuple[bytes, bytes]]) -> bytes:
    for name, value in headers:
        if name == b"authorization":
            kind, _, secret = value.partition(b" ")
            if kind.lower() != b"bearer" or not secret.strip():
                raise refusals.not_understood()
            return secret.strip()
        if name == b"x-api-key":
            return value.strip()
    raise refusals.without()
