"""The page `/monitoring`: how models fare, for a person; what it shows it asks verbs for, with the token."""

from __future__ import annotations

from pathlib import Path

from anops_model_interface.codes import Code
from fastapi import APIRouter
from starlette.responses import FileResponse, RedirectResponse

from anops_control_service.problems import RefusedError

_FILES = Path(__file__).parents[1] / "monitoring_page"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def routes() -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/monitoring")
    def without_slash() -> RedirectResponse:
        return RedirectResponse("monitoring/")

    @router.get("/monitoring/")
    def page() -> FileResponse:
        return FileResponse(_FILES / "index.html", headers=_HEADERS)

    @router.get("/monitoring/{name}")
    def asset(name: str) -> FileResponse:
        if name not in {each.name for each in _FILES.iterdir()}:
            raise RefusedError("There is no such file.", code=Code.PATH_NOT_FOUND)
        return FileResponse(_FILES / name, headers=_HEADERS)

    return router
