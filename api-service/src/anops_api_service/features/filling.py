"""Fills in the features that the body of a request leaves out, before it is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_api_service.bodies.media import utf8_of
from anops_api_service.facts import facts_of

if TYPE_CHECKING:
    from starlette.types import Scope

    from anops_api_service.bodies.media import MediaType
    from anops_api_service.features.lookup import Lookup
    from anops_api_service.models.models import Models


async def with_features(
    features: Lookup, models: Models, scope: Scope, body: bytes, media: MediaType
) -> tuple[bytes, MediaType, list[dict[str, Any]]]:
    """Return a body of JSON with the features that it leaves out, what it is now, and what there is to say of them.

    Raises:
        AnOpsError: As `Lookup.filled()` does, or the model is not ready.
    """
    served = models.asked(scope.get("path_params"))
    deadline = served.deadlines.begin()
    model = await served.ready_model(deadline)
    facts_of(scope).asks(model)
    found = await features.filled(utf8_of(body, media.charset), model.schema, deadline, model.name)
    return (body, media, []) if found is None else (found.body, replace(media, charset="utf-8"), found.told)
