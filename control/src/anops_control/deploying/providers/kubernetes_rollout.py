"""Waits until the pods of a new version answer, and says of each pod what it does."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from anops_control.deploying.providers.kubernetes_objects import API, DIGEST, name_of
from anops_control.standing.failure import StandingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.deploying.ir import Ir
    from anops_control.deploying.providers.provider import Doing
    from anops_control.standing.kubectl import Kubectl

_LOOK_SECONDS = 0.5
_START_SECONDS = 600
_SHOWN_LINES = 8
_HOPELESS = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CrashLoopBackOff", "CreateContainerConfigError"}
"""Why a container waits that will not start by waiting."""


def wait(kubectl: Kubectl, ir: Ir, doing: Doing) -> None:
    """Wait until all pods of a Deployment are of its newest form, and answer.

    Raises:
        StandingError: One does not start, or takes too long.
    """
    until = time.monotonic() + _START_SECONDS
    while True:
        told = kubectl.one("deployments.apps", name_of(ir), namespace=str(ir.namespace))
        if told is None:
            raise StandingError(f"The Deployment `{name_of(ir)}` is gone.")
        status, wanted = told.get("status", {}), told["spec"].get("replicas", 1)
        doing(f"waiting until {wanted} of the new version answer: {status.get('updatedReplicas', 0)} started, "
              f"{status.get('availableReplicas', 0)} answer")  # fmt: skip
        is_seen = status.get("observedGeneration", 0) >= told["metadata"]["generation"]
        counts = {status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas")}
        if is_seen and counts == {wanted}:
            return
        if is_seen:
            _require_hope(kubectl, ir, told)
        if time.monotonic() > until:
            raise _did_not_start(kubectl, ir, f"did not answer within {_START_SECONDS} seconds")
        time.sleep(_LOOK_SECONDS)


def _require_hope(kubectl: Kubectl, ir: Ir, deployment: Mapping[str, Any]) -> None:
    digest = deployment["spec"]["template"]["metadata"]["annotations"][DIGEST]
    for pod in kubectl.found("pods", ir.labels, namespace=str(ir.namespace)):
        if (pod["metadata"].get("annotations") or {}).get(DIGEST) != digest:
            continue
        for container in _containers(pod):
            waits = container.get("state", {}).get("waiting") or {}
            if waits.get("reason") in _HOPELESS:
                said = [waits["message"]] if waits.get("message") else []
                raise _did_not_start(
                    kubectl, ir, f"does not start: {waits['reason']}", pod["metadata"]["name"], container["name"], said
                )


def _did_not_start(
    kubectl: Kubectl, ir: Ir, what: str, pod: str = "", container: str = "", said: Sequence[str] = ()
) -> StandingError:
    lines = list(said)
    if pod:
        with suppress(StandingError):
            lines += kubectl.run(
                "logs", pod, f"--container={container}", f"--namespace={ir.namespace}", f"--tail={_SHOWN_LINES}"
            ).splitlines()
    who = f"its container `{container}` {what}" if container else f"a pod of it {what}"
    return StandingError(f"The version does not start in `{ir.environment}`: {who}.", details=lines[:_SHOWN_LINES])


def _containers(pod: Mapping[str, Any]) -> list[dict[str, Any]]:
    status = pod.get("status", {})
    return [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]


def state_of(pod: Mapping[str, Any]) -> str:
    """Return in a word or two what a pod does."""
    if "deletionTimestamp" in pod["metadata"]:
        return "ends"
    conditions = pod.get("status", {}).get("conditions") or ()
    if any(each["type"] == "Ready" and each["status"] == "True" for each in conditions):
        return "answers"
    waits = [each.get("state", {}).get("waiting") or {} for each in _containers(pod)]
    hopeless = [each["reason"] for each in waits if each.get("reason") in _HOPELESS]
    started = any(each["name"] == API and each.get("started") for each in _containers(pod))
    return hopeless[0] if hopeless else "does not answer" if started else "starting"
