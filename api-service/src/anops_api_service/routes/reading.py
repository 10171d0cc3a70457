"""What all families of endpoints share: a route, and how a ready document is sent."""

from __future__ import annotations

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


def html(content: str) -> Response:
    """Send a page."""
    return Response(content, media_type="text/html")
