"""What `POST /predict` does where a request asks why: see `anops_api_service.explaining`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl

from anops_http.request_ids import request_id_of

from anops_api_service.answer_json import json_answer
from anops_api_service.bodies.media import JSON, utf8_of
from anops_api_service.explaining.asked import asked, wrong
from anops_api_service.explaining.explained import check, explained
from anops_api_service.facts import facts_of
from anops_api_service.models.replaced import ReplacedError
from anops_api_service.query_options import options_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

    from anops_api_service.bodies.media import MediaType
    from anops_api_service.deadline import Deadline
    from anops_api_service.explaining.asked import Asked
    from anops_api_service.explaining.explained import Explanations
    from anops_api_service.facts import Facts
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.models.models import Models
    from anops_api_service.models.served_model import ServedModel
    from anops_api_service.sent import Decoded, Sent


class Endpoint(Protocol):
    """The endpoint that a request came to."""

    @property
    def models(self) -> Models:
        """The models."""

    def note(self, request_id: str, sent: Sent, answered: ModelAnswer, facts: Facts) -> None:
        """Take note of an answer to all of a request."""


async def explanation(
    endpoint: Endpoint, scope: Scope, receive: Receive, *, kind: str, media: MediaType, body: bytes
) -> bytes | None:
    """Answer a request that asks why.

    Args:
        endpoint: The endpoint that it came to.
        scope: The ASGI scope of the request.
        receive: Its ASGI channel, whose body was read.
        kind: What the answer is to be written as.
        media: What the body is.
        body: The body.

    Returns:
        The answer in JSON, or None where the request does not ask why.

    Raises:
        AnOpsError: `OPTION_VALUE`: it can't be explained; the text says why; or as for any prediction.
    """
    query = scope["query_string"].decode("latin-1")
    body = utf8_of(body, media.charset)
    served = endpoint.models.asked(scope.get("path_params"))
    deadline, facts, request_id = served.deadlines.begin(), facts_of(scope), request_id_of(scope)
    while True:
        model = await served.ready_model(deadline)
        request = asked(body, query, model.schema, model.name)
        if request is None:
            return None
        if kind != JSON:
            raise wrong("is answered in JSON only", model=model.name, remedy="Send Accept: application/json")
        facts.asks(model)
        options = options_of(parse_qsl(request.query, keep_blank_values=True), model.schema)
        sent = await asyncio.to_thread(model.json_body.read, request.body, options)
        if request.wanted:
            check(model, sent)
        try:
            answered, why = await deadline.wait(_answers(served, model, sent, request, deadline, request_id), receive)
        except ReplacedError:
            continue
        endpoint.note(request_id, sent, answered, facts)
        if why is None:
            return json_answer(answered.records, answered.warnings, model=answered.model, request_id=request_id)
        return why.answer(answered, request_id)


async def _answers(
    served: ServedModel, model: DescribedModel, sent: Decoded, request: Asked, deadline: Deadline, request_id: str
) -> tuple[ModelAnswer, Explanations | None]:
    answered = await served.answer(model, sent, deadline, request_id=request_id)
    if not request.wanted:
        return answered, None
    return answered, await explained(served, model, sent, answered, deadline, output=request.output)
