"""Rules between the parts of Kubernetes objects that its schemas let pass: quantities, selectors, names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_QUANTITY = re.compile(r"(\d+(\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")


def faults_of(objects: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each rule that a cluster would find broken."""
    return [f"{each['kind']} `{each['metadata']['name']}`: {fault}" for each in objects
            for fault in _faults(each, objects)]  # fmt: skip


def _faults(told: Mapping[str, Any], objects: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    metadata = told["metadata"]
    if not _NAME.fullmatch(metadata["name"]):
        yield "its name must be lower-case letters, digits and `-`, at most 63."
    for key, value in metadata.get("labels", {}).items():
        if not _LABEL_VALUE.fullmatch(value):
            yield f"the label `{key}` can't be {value!r}."
    match told["kind"]:
        case "Deployment":
            yield from _deployment(told["spec"])
        case "Service":
            yield from _service(told["spec"], objects)
        case "HorizontalPodAutoscaler":
            yield from _autoscaler(told["spec"], objects)


def _deployment(spec: Mapping[str, Any]) -> Iterator[str]:
    template = spec["template"]
    if not _selects(spec["selector"]["matchLabels"], template["metadata"]["labels"]):
        yield "its selector does not match the labels of its pods."
    volumes = {each["name"] for each in template["spec"].get("volumes", ())}
    for container in template["spec"]["containers"]:
        limits = container.get("resources", {})
        for part in ("requests", "limits"):
            for name, quantity in limits.get(part, {}).items():
                if not _QUANTITY.fullmatch(quantity):
                    yield f"{part} of {name} must be an amount such as `500m` or `2Gi`, not {quantity!r}."
        for mount in container.get("volumeMounts", ()):
            if mount["name"] not in volumes:
                yield f"its volume `{mount['name']}` is mounted and not there."


def _service(spec: Mapping[str, Any], objects: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    pods = [each["spec"]["template"] for each in objects if each["kind"] == "Deployment"]
    chosen = [each for each in pods if _selects(spec["selector"], each["metadata"]["labels"])]
    if not chosen:
        yield "its selector matches no pods."
    named = {
        port.get("name") for each in chosen for container in each["spec"]["containers"] for port in container["ports"]
    }
    for port in spec["ports"]:
        if isinstance(port["targetPort"], str) and port["targetPort"] not in named:
            yield f"no container has a port named `{port['targetPort']}`."


def _autoscaler(spec: Mapping[str, Any], objects: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    target = spec["scaleTargetRef"]
    if not any((each["kind"], each["metadata"]["name"]) == (target["kind"], target["name"]) for each in objects):
        yield f"there is no {target['kind']} `{target['name']}`."
    if spec["minReplicas"] > spec["maxReplicas"]:
        yield "it has more replicas at least than at most."


def _selects(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    return all(labels.get(key) == value for key, value in selector.items())
