"""The pages `/monitoring` and `/environments`, for a person; what they show they ask verbs for, with the token."""

from __future__ import annotations

from pathlib import Path

from anops_model_interface.codes import Code
from fastapi import APIRouter
from starlette.responses import FileResponse, RedirectResponse

from anops_control_service.problems import RefusedError

PAGES = ("monitoring", "environments")
_FILES = Path(__file__).parents[1] / "pages"
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
    for page in PAGES:
        _add(router, page)
    return router


def _add(router: APIRouter, page: str) -> None:
    files = {each.name: each for folder in ("shared", page) for each in (_FILES / folder).iterdir()}

    @router.get(f"/{page}")
    def without_slash() -> RedirectResponse:
        return RedirectResponse(f"{page}/")

    @router.get(f"/{page}/")
    def whole() -> FileResponse:
        return FileResponse(files["index.html"], headers=_HEADERS)

    @router.get(f"/{page}/{{name}}")
    def asset(name: str) -> FileResponse:
        if name not in files:
            raise RefusedError("There is no such file.", code=Code.PATH_NOT_FOUND)
        return FileResponse(files[name], headers=_HEADERS)
