"""Where an image comes from, as SLSA has it: what was built, from which sources, by whom and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_BUILD = "urn:anops:build:1"
_BUILDER = "urn:anops:builder"


def provenance_of(
    *, project: str, version: str, revision: str | None, model_digest: str, bases: Sequence[str], seconds: float
) -> dict[str, Any]:
    """Return the provenance of an image that was built just now.

    Args:
        project: The model project.
        version: Its version.
        revision: The revision of its git repository; None where there is none.
        model_digest: That of the model in the image.
        bases: The images that it was made FROM.
        seconds: How long it took.
    """
    now = datetime.now(UTC)
    sources: list[dict[str, Any]] = [{"name": "model", "digest": _digest(model_digest)}]
    if revision is not None:
        sources.append({"name": "source", "digest": {"gitCommit": revision}})
    return {
        "buildDefinition": {
            "buildType": _BUILD,
            "externalParameters": {"project": project, "version": version},
            "resolvedDependencies": [*sources, *({"name": "base", "uri": each} for each in bases)],
        },
        "runDetails": {
            "builder": {"id": _BUILDER, "version": {"anops": metadata.version("anops-control")}},
            "metadata": {"startedOn": _moment(now - timedelta(seconds=seconds)), "finishedOn": _moment(now)},
        },
    }


def _digest(told: str) -> dict[str, str]:
    algorithm, _, value = told.rpartition(":")
    return {algorithm or "sha256": value}


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
