"""The layer that lets in who may ask."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Protocol

from anops_http.access import refusals
from anops_http.access.key_file import PREFIX
from anops_http.access.scopes import Scope, is_allowed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Send
    from starlette.types import Scope as Request

    from anops_http.access.caller import Caller
    from anops_http.access.key_ring import KeyRing

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
        needs: The scope that a request needs, by its method and path; None where anybody may ask.
        keys: Knows the keys; None: there are none.
        tokens: Checks tokens; None: none are taken.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        needs: Callable[[str, str], Scope | None],
        keys: KeyRing | None = None,
        tokens: Tokens | None = None,
    ) -> None:
        self._app = app
        self._needs = needs
        self._keys = keys
        self._tokens = tokens

    def __call__(self, scope: Request, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer a request; only a token, whose check may have to wait, needs a coroutine around the others.

        Raises:
            AnOpsError: It may not be made; the layer around answers with the problem.
        """
        needed = self._needs(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if needed is None:
            return self._app(scope, receive, send)
        secret = _secret_in(scope["headers"], by_page=needed is Scope.METADATA)
        if self._tokens is not None and (self._keys is None or not secret.startswith(_PREFIX)):
            return self._by_token(self._tokens, secret, needed, scope, receive, send)
        caller = self._keys.caller(secret) if self._keys is not None else None
        if caller is None:
            raise refusals.unknown_key()
        _require(caller, needed, scope)
        return self._app(scope, receive, send)

    async def _by_token(
        self, tokens: Tokens, secret: bytes, needed: Scope, scope: Request, receive: Receive, send: Send
    ) -> None:
        _require(await tokens.caller(secret), needed, scope)
        await self._app(scope, receive, send)


def _require(caller: Caller, needed: Scope, scope: Request) -> None:
    scope[CALLER] = caller  # also where it is refused: the log says whom
    if not is_allowed(needed, caller.scopes):
        raise refusals.without_scope(caller, needed)
    if not caller.has_room():
        raise refusals.too_often(caller)


def _secret_in(headers: list[tuple[bytes, bytes]], *, by_page: bool) -> bytes:
    """Return the key or token of a request.

    Args:
        headers: Those of the request.
        by_page: Whether a browser may send it as the password that it asked a person for. For what is only read: it
            goes with requests that pages of others make, too.
    """
    for name, value in headers:
        if name == b"authorization":
            kind, _, secret = value.partition(b" ")
            if by_page and kind.lower() == b"basic":
                return _password_in(secret)
            if kind.lower() != b"bearer" or not secret.strip():
                raise refusals.not_understood()
            return secret.strip()
        if name == b"x-api-key":
            return value.strip()
    raise refusals.without()


def _password_in(pair: bytes) -> bytes:
    try:
        _, colon, password = b64decode(pair.strip(), validate=True).partition(b":")
    except ValueError:
        colon = b""
    if not colon or not password:
        raise refusals.not_understood()
    return password
