"""Which models there are, and what each one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.errors import AnOpsError
from anops_model_interface.open_inference import metadata as keys

from anops_api_service.api_version import API_VERSION
from anops_api_service.documents.model_documents import documents_of
from anops_api_service.facts import facts_of
from anops_api_service.routes.paths import PREFIXES
from anops_api_service.routes.reading import json, reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from anops_api_service.models.models import Models
    from anops_api_service.models.served_model import ServedModel


def routes(models: Models) -> list[Route]:
    """Return the endpoints.

    Args:
        models: The models.
    """

    async def model(request: Request) -> Response:
        known = await models.asked(request.path_params).ready_model()
        facts_of(request.scope).model = known.identity
        return json(documents_of(known).card)

    async def listed(_: Request) -> Response:
        return json(_list(models, models.served))

    async def versions(request: Request) -> Response:
        return json(_list(models, models.versions(request.path_params["name"])))

    return [
        *(reading(f"{prefix}/model", model) for prefix in PREFIXES),
        *(reading(prefix, model) for prefix in PREFIXES if prefix),
        reading("/models", listed),
        reading("/models/{name}/versions", versions),
    ]


def _list(models: Models, served: Iterable[ServedModel]) -> bytes:
    try:
        default = models.default()
    except AnOpsError:
        default = None
    entries = [_entry(models, one, is_default=one is default) for one in served]
    return msgspec.json.encode({"models": entries, "api_version": API_VERSION})


def _entry(models: Models, one: ServedModel, *, is_default: bool) -> dict[str, Any]:
    problem, model = one.problem, one.model
    name, version = models.identity(one) or (None, None)
    return {
        "name": name,
        "version": version,
        "digest": (model.digest or None) if model is not None else None,
        "description": model.metadata.properties.get(keys.DESCRIPTION) if model is not None else None,
        "path": models.path(one),
        "default": is_default,
        "ready": problem is None,
        "problem": None if problem is None else problem.message,
    }
