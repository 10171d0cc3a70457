"""How to ask: the OpenAPI document, and the pages for people."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from anops_api_service.documents.example_answer import ExampleAnswers
from anops_api_service.documents.model_documents import documents_of
from anops_api_service.documents.openapi import openapi_without_model
from anops_api_service.documents.page import docs_page, docs_page_of_models, docs_page_without_model
from anops_api_service.documents.try_page import ASSETS, SCRIPT, try_page
from anops_api_service.routes.paths import PREFIXES
from anops_api_service.routes.reading import html, json, reading

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from anops_api_service.models.models import Models
    from anops_api_service.models.served_model import ServedModel

_NOT_READY = "The model is not ready yet; once it is, its own columns are described here."


def routes(models: Models) -> list[BaseRoute]:
    """Return the endpoints.

    Args:
        models: The models.
    """
    of = _Documents(models)
    endpoints = (("/openapi.json", of.openapi), ("/docs", of.docs), ("/docs/try", of.try_it))
    assets = StaticFiles(directory=ASSETS)
    return [
        *(reading(prefix + path, endpoint) for prefix in PREFIXES for path, endpoint in endpoints),
        *(Mount(f"{prefix}/docs/assets", assets) for prefix in PREFIXES),
    ]


class _Documents:
    def __init__(self, models: Models) -> None:
        self._models = models
        self._examples = ExampleAnswers()

    async def openapi(self, request: Request) -> Response:
        one, prefix = self._asked(request), request.url.path.removesuffix("/openapi.json")
        if one is not None and one.model is not None:
            return json(documents_of(one.model).openapi(prefix))
        why = _NOT_READY
        if one is None and self._paths():
            why = (
                f"Each model has a document of its own: {', '.join(f'{path}/openapi.json' for path in self._paths())}."
            )
        return json(openapi_without_model(why, prefix))

    async def docs(self, request: Request) -> Response:
        one = self._asked(request)
        if one is None and self._paths():
            return html(docs_page_of_models(self._paths()))
        if one is None or one.model is None:
            return html(docs_page_without_model())
        documents = documents_of(one.model)
        address = str(request.url.replace(query=None, fragment=None)).removesuffix("/docs")
        answer = await self._examples.of(documents, partial(one.predict, request_id="docs"))
        return html(docs_page(documents, answer, address))

    async def try_it(self, request: Request) -> Response:
        one = self._asked(request)
        return html(try_page(None if one is None else one.model), SCRIPT)

    def _asked(self, request: Request) -> ServedModel | None:
        """Return the model of the path; None where none is named and none is the default."""
        try:
            return self._models.asked(request.path_params)
        except AnOpsError as error:
            if request.path_params.get("name") and error.problem.code is Code.MODEL_NOT_FOUND:
                raise
            return None

    def _paths(self) -> list[str]:
        return [path for one in self._models.served if (path := self._models.path(one)) is not None]
