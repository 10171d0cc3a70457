"""Where an image comes from, as SLSA has it: what was built, from which sources, by whom and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.building.revision import Commit

CHANGED = "changed"
"""Annotates a source whose files differed from its commit."""
_BUILD = "urn:anops:build:1"
_BUILDER = "urn:anops:builder"


def provenance_of(
    *, project: str, version: str, commit: Commit | None, model_digest: str, bases: Sequence[str], seconds: float
) -> dict[str, Any]:
    """Return the provenance of an image that was built just now.

    Args:
        project: The model project.
        version: Its version.
        commit: That of its git repository; None where there is none.
        model_digest: That of the model in the image.
        bases: The images that it was made FROM.
        seconds: How long it took.
    """
    now = datetime.now(UTC)
    sources: list[dict[str, Any]] = [{"name": "model", "digest": _digest(model_digest)}]
    if commit is not None:
        source: dict[str, Any] = {"name": "source", "digest": {"gitCommit": commit.digest}}
        sources.append(source | ({"annotations": {CHANGED: True}} if commit.is_changed else {}))
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
