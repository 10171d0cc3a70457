"""Schedules as CronJobs of Kubernetes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

from anops_schedules.exporting.plan import Exported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_schedules.exporting.plan import Planned

_CONCURRENCY = {"skip": "Forbid", "wait": "Forbid", "together": "Allow"}
_LONGEST = 52
"""Characters of a CronJob's name: its jobs have eleven more."""
_LATE_SECONDS = {"once": 3600, "skip": 90}


def cron_jobs(planned: Sequence[Planned]) -> Exported:
    """Return a CronJob for each schedule.

    Raises:
        CommandError: No image is named, or Kubernetes can't say such times.
    """
    files = {f"{each.project}-{each.name}.yaml": _written(each) for each in planned}
    notes = [
        "The image must have `ao` with the extra `schedules`, and the project in the folder that the command names.",
        "What is kept below .anops is gone once the pod ends: history and logs are those of Kubernetes.",
    ]
    if any(each.section.overlap == "wait" for each in planned):
        notes.append('Kubernetes has no `overlap = "wait"`: a run is left out while the previous one is still running.')
    if any(each.section.missed == "once" for each in planned):
        notes.append("A run that was missed is made up for within an hour.")
    return Exported(files, tuple(notes))


def _written(each: Planned) -> str:
    if each.image is None:
        raise CommandError(
            "A CronJob needs a container image.",
            remedy="Name it with --image, or as `[image] repository` in ao.toml.",
            code=Code.USAGE,
        )
    return str(yaml.safe_dump(_job(each, each.image), sort_keys=False, allow_unicode=True))


def _job(each: Planned, image: str) -> dict[str, Any]:

    def labels() -> dict[str, str]:  # each anew: YAML would refer to the first
        return {"app.kubernetes.io/name": _name(each.project), "app.kubernetes.io/managed-by": "anops"}

    container = {
        "name": "run",
        "image": image,
        "workingDir": str(each.folder),
        "command": list(each.command),
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    pod = {
        "restartPolicy": "Never",
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
    }
    job: dict[str, Any] = {"backoffLimit": 0, "template": {"metadata": {"labels": labels()}, "spec": pod}}
    if each.section.max_seconds is not None:
        job["activeDeadlineSeconds"] = max(1, round(each.section.max_seconds))
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {
            "name": _name(f"{each.project}-{each.name}")[:_LONGEST].rstrip("-"),
            "labels": labels(),
            "annotations": {"anops.dev/about": each.about},
        },
        "spec": {
            "schedule": each.times.plain(),
            "timeZone": each.times.zone.key,
            "concurrencyPolicy": _CONCURRENCY[each.section.overlap],
            "startingDeadlineSeconds": _LATE_SECONDS[each.section.missed],
            "jobTemplate": {"metadata": {"labels": labels()}, "spec": job},
        },
    }


def _name(text: str) -> str:
    """Return it as Kubernetes takes names: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "schedule"
