"""How to ask: the OpenAPI document, and the pages for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from anops_api_service.docs_example import ExampleAnswer
from anops_api_service.docs_page import docs_page, docs_page_without_model
from anops_api_service.openapi import openapi_without_model
from anops_api_service.routes.reading import html, json, reading
from anops_api_service.try_page import ASSETS, try_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from anops_api_service.model_client import ModelClient


def routes(client: ModelClient) -> list[BaseRoute]:
    """Return the endpoints.

    Args:
        client: The model.
    """
    example = ExampleAnswer(client)

    async def openapi(_: Request) -> Response:
        loaded = client.model
        return json(loaded.openapi if loaded is not None else openapi_without_model())

    async def docs(request: Request) -> Response:
        loaded = client.model
        if loaded is None:
            return html(docs_page_without_model())
        address = str(request.url.replace(query=None, fragment=None)).removesuffix("/docs")
        return html(docs_page(loaded, await example.of(loaded), address))

    async def try_it(_: Request) -> Response:
        return html(try_page(client.model))

    return [
        reading("/openapi.json", openapi),
        reading("/docs", docs),
        reading("/docs/try", try_it),
        Mount("/docs/assets", StaticFiles(directory=ASSETS)),
    ]
