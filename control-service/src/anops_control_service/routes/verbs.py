"""An endpoint for each verb: it makes a job."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from anops_control.verbs.registry import NAMES, verb
from anops_model_interface.codes import Code
from fastapi import APIRouter, Request

from anops_control_service.jobs.described import described
from anops_control_service.jobs.runner import seconds_of
from anops_control_service.json_answers import JsonAnswer
from anops_control_service.problems import RefusedError
from anops_control_service.projects import folder_of
from anops_control_service.requests import completed, schema_of

if TYPE_CHECKING:
    from anops_control.verbs.verb import Verb

    from anops_control_service.jobs.runner import Runner
    from anops_control_service.jobs.store import Store
    from anops_control_service.settings import Settings

_LONGEST_BODY = 1 << 20


def routes(settings: Settings, runner: Runner, store: Store) -> APIRouter:
    """Return a route for each verb of the registry."""
    router = APIRouter(tags=["verbs"])
    for name in NAMES:
        _add(router, verb(name), settings, runner, store)
    return router


def _add(router: APIRouter, known: Verb[Any, Any], settings: Settings, runner: Runner, store: Store) -> None:
    body = {"application/json": {"schema": schema_of(known)}}

    async def ask(project: str, request: Request, wait: float = 0.0) -> JsonAnswer:
        told = await _body(request)
        makes = known.name == "init"
        folder = folder_of(settings.root, project, must_exist=not makes)
        asked = await asyncio.to_thread(completed, known, told, folder)
        if makes:
            folder.mkdir(exist_ok=True)
        job = runner.start(project, folder, known.name, asked)
        await runner.wait(job.id, seconds_of(wait))
        job = store.get(job.id) or job
        return JsonAnswer(
            described(job, store), 200 if job.has_ended else 202, headers={"Location": f"/v1/jobs/{job.id}"}
        )

    router.add_api_route(
        f"/v1/projects/{{project}}/{known.name.replace(' ', '/')}",
        ask,
        methods=["POST"],
        name=known.name,
        summary=known.about,
        description="Starts a job. `wait`: for how many seconds, at most 60, to wait for "
        "its end (the status is then 200), or until what it serves is ready.",
        status_code=202,
        openapi_extra={"requestBody": {"content": body, "required": False}},
    )


async def _body(request: Request) -> dict[str, Any]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            raise RefusedError(
                f"The request is larger than {_LONGEST_BODY:,} bytes.",
                code=Code.BODY_TOO_LARGE,
                remedy="Send data as files (PUT /v1/projects/NAME/files/PATH), and name them in the request.",
            )
    if not body:
        return {}
    try:
        told = json.loads(body, parse_constant=_refuse)
        json.dumps(told, ensure_ascii=False).encode()  # half a character, as "\\ud800", could be named to nobody again
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"The body is not JSON: {error}.", code=Code.BODY_SYNTAX) from None
    if not isinstance(told, dict):
        raise RefusedError("The body must be a JSON object with the keys of the request.", code=Code.BODY_SHAPE)
    return told


def _refuse(name: str) -> None:
    raise ValueError(f"it has no {name}")
