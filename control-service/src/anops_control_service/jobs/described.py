"""A job as it is answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anops_control_service.jobs.store import State

if TYPE_CHECKING:
    from anops_control_service.jobs.store import Job, Store


def ready_of(store: Store, job: str) -> dict[str, Any] | None:
    """Return what a job told when it was ready to be used, such as the address of a model."""
    states = (event.get("facts", {}) for _, event in store.told(job, 0) if event["kind"] == "state")
    return next((facts for facts in states if facts.get("event") == "ready"), None)


def described(job: Job, store: Store) -> dict[str, Any]:
    """Return a job for JSON; times are UTC, as RFC 3339 writes them."""
    told: dict[str, Any] = {
        "id": job.id,
        "project": job.project,
        "verb": job.verb,
        "state": job.state.value,
        "created": _moment(job.created),
        "started": _moment(job.started),
        "ended": _moment(job.ended),
        "links": {"self": f"/v1/jobs/{job.id}", "events": f"/v1/jobs/{job.id}/events"},
    }
    if job.state is State.RUNNING and (ready := ready_of(store, job.id)) is not None:
        told["ready"] = ready
    if job.result is not None:
        told["result"] = job.result
    if job.problem is not None:
        told["problem"] = job.problem
    return told


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
