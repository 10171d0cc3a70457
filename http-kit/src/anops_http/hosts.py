"""The layer that refuses requests made under a name that is not the service's.

A web page can have its own name resolve to an address of its reader's computer or network, and then ask whatever
listens there (DNS rebinding); the name that the browser asked for still stands in the `Host` header. Addresses and
names without a dot, such as those of containers, are no page's own and always pass.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

ANY = "*"
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
_MOST_REMEMBERED = 1024


class Hosts:
    """Lets requests through that are made under a name of the service.

    Args:
        app: What it lets through to.
        names: The service's names, beside those that always pass, in small letters; `.example.org` for all below it.
        is_open: Says of a path whether it may be asked under any name.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str], is_open: Callable[[str], bool] = lambda _: False) -> None:
        self._app = app
        self._names = names
        self._is_open = is_open
        self._good: set[bytes] = set()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer a request; a function that hands on costs less than a coroutine around another.

        Raises:
            AnOpsError: It is made under another name; the layer around answers with the problem.
        """
        if scope["type"] == "http":
            named = [value for name, value in scope["headers"] if name == b"host"]
            # of two names a proxy may have gone by the other one
            sent = named[0] if len(named) == 1 else b", ".join(named)
            if sent not in self._good and not self._is_open(scope["path"]):
                self._look_at(sent.decode("latin-1"))
                if len(self._good) < _MOST_REMEMBERED:
                    self._good.add(sent)
        return self._app(scope, receive, send)

    def _look_at(self, sent: str) -> None:
        host = _without_port(sent).lower().removesuffix(".")
        if "," not in host:
            if _is_local(host) or host in self._names:
                return
            if any(name.startswith(".") and host.endswith(name) for name in self._names):
                return
        shown = host[:100] if host.isprintable() else "?"
        raise AnOpsError.of(
            Problem(
                Code.HOST,
                f"This service does not answer under the name `{shown}`.",
                remedy="Whoever runs it can add the name to its setting ANOPS_HOSTS, or give it keys.",
            )
        )


def _without_port(sent: str) -> str:
    if sent.startswith("["):
        return sent[1:].partition("]")[0]
    name, colon, port = sent.rpartition(":")
    return name if colon and port.isdigit() else sent


def _is_local(host: str) -> bool:
    """Say whether no web page of somebody else can have this name."""
    if not host or _NAME.fullmatch(host) or host.endswith(".localhost"):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Say whether a service that listens at an address is asked from its own computer alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def names_of(text: str) -> frozenset[str]:
    """Read names with commas between them.

    Raises:
        ValueError: One is no name, such as one with a port or a scheme.
    """
    names = frozenset(part.strip().lower() for part in text.split(",") if part.strip())
    for name in names:
        labels = name.removeprefix(".").split(".")
        if name != ANY and not all(_NAME.fullmatch(label) for label in labels):
            raise ValueError(f"`{name}` is not a host name: give names such as models.example.org, without port")
    return names
