"""The OpenAPI document as a page to read and to try: Swagger UI, whose files the api-service brings."""

from __future__ import annotations

import base64
import hashlib

from anops_api_service.documents.try_page import ASSETS, swagger_page
from anops_model_interface.codes import Code
from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse

from anops_control_service.problems import RefusedError

_SCRIPT = """
SwaggerUIBundle({url: "../v1/openapi.json", dom_id: "#docs", docExpansion: "list", tryItOutEnabled: true,
  defaultModelsExpandDepth: -1, validatorUrl: null});
"""
_DIGEST = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'self'; script-src 'self' 'sha256-{_DIGEST}'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


def routes() -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs/")
    def page() -> HTMLResponse:
        return HTMLResponse(swagger_page("AnOps control service", _SCRIPT), headers=_HEADERS)

    @router.get("/docs/assets/{name}")
    def asset(name: str) -> FileResponse:
        file = ASSETS / name
        if name not in {each.name for each in ASSETS.iterdir()}:
            raise RefusedError("There is no such file.", code=Code.PATH_NOT_FOUND)
        return FileResponse(file)

    return router
