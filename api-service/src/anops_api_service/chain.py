"""The front door: every request passes the same layers in the same order, whatever its path and method.

From the outside in: the context of the request (its id, its line in the log, a problem where it fails), then the
origins whose web pages may ask, then further layers. Who may ask is a question for a layer behind those two, so that
its refusals have an id and can be read by the page that asked; what counts or measures requests stands there too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

if TYPE_CHECKING:
    from collections.abc import Iterable

Layer = Callable[[ASGIApp], ASGIApp]
"""Puts something around an application."""


def chain(app: ASGIApp, layers: Iterable[Layer]) -> ASGIApp:
    """Put layers around an application.

    Args:
        app: What answers in the end.
        layers: The first is the outermost.
    """
    for layer in reversed([*layers]):
        app = layer(app)
    return app
