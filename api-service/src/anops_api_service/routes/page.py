"""The page of a model in a browser. It holds nothing of the model, which it asks for as any client does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from anops_api_service.documents.model_page import FOLDER, PAGE, POLICY
from anops_api_service.routes.paths import PREFIXES
from anops_api_service.routes.reading import reading

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

_HEADERS = {"content-security-policy": POLICY, "referrer-policy": "no-referrer", "x-frame-options": "DENY"}


def routes() -> list[BaseRoute]:
    """Return the endpoints."""
    content = (FOLDER / PAGE).read_bytes()
    files = StaticFiles(directory=FOLDER)

    async def page(_: Request) -> Response:
        return Response(content, media_type="text/html", headers=_HEADERS)

    return [
        *(reading(f"{prefix}/", page) for prefix in PREFIXES),
        *(Mount(f"{prefix}/page", files) for prefix in PREFIXES),
    ]
