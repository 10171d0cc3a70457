"""Writes the objects of an environment for Kustomize: what all have in common, and an overlay for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from anops_control.deploying.providers.kubernetes_objects import CHALLENGER, DIGEST, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.deploying.ir import Ir

LABEL = "# Rendered by `ao`.\n"
_SHARED = {"Deployment", "Service", "NetworkPolicy"}
_VARY = ("replicas", "strategy")


def files(ir: Ir, objects: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the files by their paths: the base, and the overlay of this environment on it."""
    base = [_without_environment(ir, each) for each in objects if each["kind"] in _SHARED]
    own = [each for each in objects if each["kind"] not in _SHARED]
    patch = _patch(ir, next(each for each in objects if each["kind"] == "Deployment"))
    overlay = f"overlays/{ir.environment}"
    made = {f"base/{_file(each)}": as_yaml(each) for each in base}
    made["base/kustomization.yaml"] = _kustomization(resources=[_file(each) for each in base])
    made |= {f"{overlay}/{_file(each)}": as_yaml(each) for each in own}
    made[f"{overlay}/deployment-patch.yaml"] = as_yaml(patch)
    label = {"pairs": {"anops.dev/environment": ir.environment}, "includeSelectors": True, "includeTemplates": True}
    made[f"{overlay}/kustomization.yaml"] = _kustomization(
        namespace=ir.namespace,
        resources=["../../base", *(_file(each) for each in own)],
        labels=[label],
        patches=[{"path": "deployment-patch.yaml"}],
    )
    return made


def _patch(ir: Ir, deployment: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the Deployment is this environment's: sizes, images, settings, the version."""
    spec, pod = deployment["spec"], deployment["spec"]["template"]["spec"]
    varying = ("name", "image", "env", "resources", "volumeMounts", "restartPolicy")
    parts = {
        part: [
            # only some environments have a challenger: the base knows of none
            each if each["name"] == CHALLENGER else {key: each[key] for key in varying if key in each}
            for each in pod[part]
        ]
        for part in ("initContainers", "containers")
    }
    parts |= {key: pod[key] for key in ("terminationGracePeriodSeconds", "volumes", "topologySpreadConstraints")}
    template = {"metadata": {"annotations": spec["template"]["metadata"]["annotations"]}, "spec": parts}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name_of(ir)},
        "spec": {**{key: spec[key] for key in _VARY if key in spec}, "template": template},
    }  # fmt: skip


def _without_environment(ir: Ir, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object without what the overlay says: namespace, the environment's label, and what the patch has."""
    made: dict[str, Any] = _bare(told)
    made["metadata"].pop("namespace", None)
    if told["kind"] == "Deployment":
        spec, pod = made["spec"], made["spec"]["template"]["spec"]
        for key in _VARY:
            spec.pop(key, None)
        for key in ("terminationGracePeriodSeconds", "volumes", "topologySpreadConstraints"):
            pod.pop(key)
        pod["initContainers"] = [each for each in pod["initContainers"] if each["name"] != CHALLENGER]
        spec["template"]["metadata"]["annotations"] = {DIGEST: "none"}
        for container in (*pod["initContainers"], *pod["containers"]):
            for key in ("env", "resources", "volumeMounts"):
                container.pop(key)
            container["image"] = f"{name_of(ir)}-{container['name']}"
    return made


def _bare(told: Any) -> Any:  # noqa: ANN401  anything that YAML can hold
    if isinstance(told, dict):
        return {key: _bare(each) for key, each in told.items() if key != "anops.dev/environment"}
    return [_bare(each) for each in told] if isinstance(told, list) else told


def _file(told: Mapping[str, Any]) -> str:
    return f"{told['kind'].lower()}.yaml"


def _kustomization(**keys: object) -> str:
    return as_yaml({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **keys})


def as_yaml(told: Mapping[str, Any]) -> str:
    """Return an object as a file that people read."""
    return LABEL + str(yaml.dump(dict(told), Dumper=_Plain, sort_keys=False, allow_unicode=True))


class _Plain(yaml.SafeDumper):  # type: ignore[misc]  # it has no types
    """Repeats what stands twice: in a file that people read, an alias is a riddle."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  as the library has it
        """Say that there are none."""
        return True
