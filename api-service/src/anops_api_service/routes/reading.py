"""What all families of endpoints share: a route, and how a ready document is sent."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

READ = ("GET", "HEAD")
"""The methods of everything that is only looked at."""


def reading(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    """Return the route to something that is only looked at."""
    return Route(path, endpoint, methods=[*READ])


def json(content: bytes) -> Response:
    """Send JSON."""
    return Response(content, media_type="application/json")


def html(content: str, script: str = "") -> Response:
    """Send a page; nothing in it may come from elsewhere, and no page of others may frame it.

    Args:
        content: The page.
        script: The one script that stands in it.
    """
    allowed = f" 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" if script else ""
    policy = (
        f"default-src 'self'; script-src 'self'{allowed}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {"content-security-policy": policy, "referrer-policy": "no-referrer", "x-frame-options": "DENY"}
    return Response(content, media_type="text/html", headers=headers)
