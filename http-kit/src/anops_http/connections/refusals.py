"""How a service says no to a connection: what it writes where no request came whole, and where it is full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_model_interface.errors import Problem
    from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Refusals:
    """How one of our services does it.

    Attributes:
        service: What it is called.
        write: Returns the headers and the body of a problem.
        full: Refuses any request, in the service's form of problems.
    """

    service: str
    write: Callable[[Problem], tuple[Mapping[str, str], bytes]]
    full: ASGIApp


class OnlyHealth:
    """Answers what is asked of a service that has as many connections as it may: its health, and that it is full."""

    def __init__(self, app: ASGIApp, full: ASGIApp) -> None:
        """Stand before an application.

        Args:
            app: Answers for the service's health.
            full: Refuses all else.
        """
        self._app = app
        self._full = full

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await (self._app if scope["path"].startswith("/health") else self._full)(scope, receive, send)


def full() -> AnOpsError:
    """Say that there are too many connections."""
    return AnOpsError(
        Code.QUEUE_FULL,
        "Can't answer: the service has as many connections as it allows, and all are busy.",
        remedy="Send it again later.",
    )
