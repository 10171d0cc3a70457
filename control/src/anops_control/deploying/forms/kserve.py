"""An environment as an InferenceService of KServe, which makes Deployment, Service and autoscaler by itself."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from anops_control.deploying.providers import kustomize
from anops_control.deploying.providers.kubernetes_objects import API, name_of, names_in_cluster

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.deploying.ir import Ir

_KEPT = ("Namespace", "NetworkPolicy", "PodDisruptionBudget")
_HOSTS = "ANOPS_HOSTS"
_CONTAINER = "kserve-container"
"""What KServe calls the container that is asked."""


def files(ir: Ir, objects: Sequence[Mapping[str, Any]], *, repository: str, path: str) -> dict[str, str]:  # noqa: ARG001  as each form has it
    """Return the InferenceService, and what KServe makes none of."""
    made = [*(each for each in objects if each["kind"] in _KEPT), service(ir, objects)]
    folder = f"kserve/{ir.environment}"
    names = {f"{each['kind'].lower()}.yaml": each for each in made}
    listing = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": list(names)}
    return {
        **{f"{folder}/{name}": kustomize.as_yaml(each) for name, each in names.items()},
        f"{folder}/kustomization.yaml": kustomize.as_yaml(listing),
    }


def service(ir: Ir, objects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the InferenceService: the api-service, which speaks the Open Inference Protocol, with its model beside."""
    deployment = next(each for each in objects if each["kind"] == "Deployment")
    template = deepcopy(deployment["spec"]["template"])
    pod = template["spec"]
    (api,) = [each for each in pod["containers"] if each["name"] == API]
    # KServe asks this one, and knows it by this name
    pod["containers"] = [{**api, "name": _CONTAINER, "env": [_known_as(ir, each) for each in api["env"]]}]
    predictor = {"minReplicas": ir.size.replicas, "maxReplicas": ir.size.max_replicas, **pod}
    if ir.size.max_replicas > ir.size.replicas:
        predictor |= {"scaleMetric": "cpu", "scaleTarget": 80}
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {
            "name": name_of(ir),
            "namespace": ir.namespace,
            "labels": dict(ir.labels),
            "annotations": {
                # the model starts before the api-service and ends after it, which Knative has no way to say
                "serving.kserve.io/deploymentMode": "RawDeployment",
                **template["metadata"].get("annotations", {}),
            },
        },
        "spec": {"predictor": predictor},
    }


def _known_as(ir: Ir, variable: Mapping[str, Any]) -> dict[str, Any]:
    """Return a variable, the names of its service with those that KServe gives."""
    if variable["name"] != _HOSTS:
        return dict(variable)
    named = ",".join([variable["value"], *names_in_cluster(ir, f"{name_of(ir)}-predictor")])
    return {**variable, "value": named}
