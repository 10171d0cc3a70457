"""Paths that are not there, and methods that a path does not take, as problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from starlette.exceptions import HTTPException

from anops_api_service.request_context import ALLOW
from anops_api_service.routes.reading import READ

if TYPE_CHECKING:
    from starlette.routing import Router
    from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Routed:
    """Has a router find the endpoint of a request, and says in our own words where there is none.

    Attributes:
        router: The router.
    """

    router: Router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Raises:
            AnOpsError: There is nothing at its path, or that does not take its method.
        """
        scope["app"] = self  # with it the router raises what it else would answer by itself
        path = scope.get("path", "")
        if scope["type"] == "http" and path.endswith("\n"):
            # the router's `$` would match before it, and who may ask is decided by the whole path
            raise _nothing_at(path)
        try:
            await self.router(scope, receive, send)
        except HTTPException as error:
            raise _problem(error, scope, path) from error


def unknown_extension(path: str) -> AnOpsError:
    """Return the problem of a path of an extension of the Open Inference Protocol that is not here."""
    return AnOpsError(
        Code.PATH_NOT_FOUND,
        f"There is nothing at {path[:100]}.",
        remedy="GET /v2 lists which extensions of the Open Inference Protocol there are. How much was asked is at "
        "GET /metrics, which models there are at GET /models.",
    )


def _problem(error: HTTPException, scope: Scope, path: str) -> Exception:
    if error.status_code == 404 and path.startswith("/v2/"):
        return unknown_extension(path)
    if error.status_code == 404:
        return _nothing_at(path)
    if error.status_code == 405:
        # files, which know no other methods, don't say so
        allowed = (error.headers or {}).get("Allow") or ", ".join(READ)
        scope[ALLOW] = allowed
        return AnOpsError(
            Code.METHOD_NOT_ALLOWED,
            f"{path[:100]} does not take {scope['method']}.",
            remedy=f"Use {allowed}.",
        )
    return error


def _nothing_at(path: str) -> AnOpsError:
    return AnOpsError(
        Code.PATH_NOT_FOUND,
        f"There is nothing at {path[:100]}.",
        remedy="Use POST /predict for predictions; GET /docs shows everything there is.",
    )
