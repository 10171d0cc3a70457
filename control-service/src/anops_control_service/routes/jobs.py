"""The endpoints of jobs: look at them, hear what they tell, cancel them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from anops_model_interface.codes import Code
from fastapi import APIRouter, Header
from starlette.responses import StreamingResponse

from anops_control_service.jobs.described import described
from anops_control_service.jobs.runner import seconds_of
from anops_control_service.problems import RefusedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from anops_control_service.jobs.runner import Runner
    from anops_control_service.jobs.store import Job, Store


_MOST = 2**62
"""SQLite knows no larger number."""


def routes(runner: Runner, store: Store) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @router.get("", summary="List jobs, the youngest first.")
    def listed(project: str | None = None, limit: int = 50) -> dict[str, Any]:
        return {"jobs": [described(job, store) for job in store.listed(project, min(max(limit, 1), 1000))]}

    @router.get("/{job}", summary="Look at a job.")
    async def one(job: str, wait: float = 0.0) -> dict[str, Any]:
        _known(store, job)
        await runner.wait(job, seconds_of(wait))
        return described(_known(store, job), store)

    @router.post("/{job}/cancel", summary="Cancel a job; a second time, end it at once.", status_code=202)
    async def cancel(job: str) -> dict[str, Any]:
        _known(store, job)
        await runner.cancel(job)
        return described(_known(store, job), store)

    @router.get("/{job}/events", summary="Follow a job, as server-sent events.")
    async def events(job: str, last_event_id: Annotated[int, Header()] = 0) -> StreamingResponse:
        _known(store, job)

        async def lines() -> AsyncIterator[str]:
            async for number, event in runner.told(job, min(last_event_id, _MOST)):
                yield f"id: {number}\nevent: {event['kind']}\ndata: {json.dumps(event)}\n\n"
            ended = json.dumps(described(_known(store, job), store))
            yield f"event: ended\ndata: {ended}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    return router


def _known(store: Store, job: str) -> Job:
    found = store.get(job)
    if found is None:
        raise RefusedError(f"There is no job `{job[:64]}`.", code=Code.PATH_NOT_FOUND, remedy="List them: GET /v1/jobs")
    return found
