"""Says objects of today's Kubernetes as an older cluster knows them, where it knows the same under another name."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from anops_control.standing.failure import StandingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EARLIER = {("policy/v1", "PodDisruptionBudget"): ((1, 21), "policy/v1beta1")}
"""By what an object is, since which version there is that, and what was the same before."""
_SCALERS = (1, 23)
"""Since then an autoscaler looks at figures of pods; the one before is applied twice where it is applied again."""
_SIDECARS = (1, 29)
"""Since then a container can start before the others and end after them."""


def as_known_by(version: tuple[int, int], objects: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return objects as a cluster of a version takes them.

    A pod's sidecar becomes one of its ordinary containers where there are none yet. It then starts beside the others,
    which wait for it; and it goes on for as long as those may take to end, by its `preStop`.

    Args:
        version: The version of the cluster's API.
        objects: Objects of today.

    Raises:
        StandingError: A cluster of that version can't have one of them.
    """
    if version < _SCALERS and any(each["kind"] == "HorizontalPodAutoscaler" for each in objects):
        raise StandingError(
            f"The cluster has Kubernetes {'.'.join(map(str, version))}, which can't scale by figures of a model.",
            remedy=f"It needs {'.'.join(map(str, _SCALERS))} or later; or leave out max_replicas.",
        )
    return [_known_by(version, each) for each in objects]


def _known_by(version: tuple[int, int], told: Mapping[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(dict(told))
    since, earlier = _EARLIER.get((made["apiVersion"], made["kind"]), ((0, 0), ""))
    if version < since:
        made["apiVersion"] = earlier
    if made["kind"] == "Deployment" and version < _SIDECARS:
        pod = made["spec"]["template"]["spec"]
        sidecars = [each for each in pod.get("initContainers", ()) if each.pop("restartPolicy", None) == "Always"]
        for each in sidecars:
            seconds = pod["terminationGracePeriodSeconds"] // 2
            wait = ["python", "-c", f"import time; time.sleep({seconds})"]
            each["lifecycle"] = {"preStop": {"exec": {"command": wait}}}
        others = [each for each in pod.get("initContainers", ()) if each not in sidecars]
        pod["initContainers"], pod["containers"] = others, [*pod["containers"], *sidecars]
        if not others:
            del pod["initContainers"]
    return made
