"""Waits until the pods of a workspace run, and says why one does not."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from anops_workspaces.failures import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.standing.kubectl import Kubectl

    from anops_workspaces.providers.provider import Doing

_LOOK_SECONDS = 0.5
_START_SECONDS = 600
_SHOWN_LINES = 8
_HOPELESS = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CrashLoopBackOff", "CreateContainerConfigError"}
"""Why a container waits that will not start by waiting."""


def wait(kubectl: Kubectl, namespace: str, name: str, count: int, doing: Doing) -> None:
    """Wait until as many pods of a Deployment run.

    Raises:
        WorkspaceError: One does not start, or takes too long.
    """
    until = time.monotonic() + _START_SECONDS
    while True:
        told = kubectl.one("deployments.apps", name, namespace=namespace) or {}
        ready = told.get("status", {}).get("readyReplicas", 0)
        doing(f"waiting until {count} {name}{'s' if count > 1 else ''} run: {ready} do")
        if ready >= count:
            return
        labels = told.get("spec", {}).get("selector", {}).get("matchLabels", {})
        for pod in kubectl.found("pods", labels, namespace=namespace):
            _require_hope(kubectl, namespace, pod)
        if time.monotonic() > until:
            raise WorkspaceError(
                f"The {name} of the workspace did not run within {_START_SECONDS} seconds.",
                remedy=f"See why: kubectl describe pods --namespace={namespace}",
            )
        time.sleep(_LOOK_SECONDS)


def _require_hope(kubectl: Kubectl, namespace: str, pod: Mapping[str, Any]) -> None:
    for container in pod.get("status", {}).get("containerStatuses") or ():
        waits = container.get("state", {}).get("waiting") or {}
        if waits.get("reason") not in _HOPELESS:
            continue
        lines = [waits["message"]] if waits.get("message") else []
        with suppress(WorkspaceError):
            said = kubectl.run("logs", pod["metadata"]["name"], f"--namespace={namespace}", f"--tail={_SHOWN_LINES}")
            lines += said.splitlines()
        raise WorkspaceError(
            f"The {container['name']} of the workspace does not start: {waits['reason']}.",
            details=[f"Its image is {container['image']}.", *lines[:_SHOWN_LINES]],
            remedy="Name an image that the cluster can pull as `image` in the provider's `spec`.",
        )
