"""Compile: an environment and its version are lowered to the intermediate representation, every default filled in."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from anops_control.deploying.finding import label
from anops_control.deploying.ir import Door, Ir, Model, Size

if TYPE_CHECKING:
    from anops_project.sections.deployment import DeploymentSection

    from anops_control.tracking.port import Version


def compile_environment(project: str, name: str, section: DeploymentSection, version: Version) -> Ir:
    """Return what an environment is made of."""
    tags = version.tags
    labels = {
        "app.kubernetes.io/name": label(project), "app.kubernetes.io/managed-by": "anops",
        "anops.dev/environment": name,
    }  # fmt: skip
    model = Model(
        version.model, version.number, tags.get("anops.version", ""), tags.get("anops.digest", ""),
        tags.get("anops.language", ""),
    )  # fmt: skip
    most = section.max_replicas or section.replicas
    size = Size(section.replicas, most, section.workers, section.cpus, section.memory_bytes)
    door = Door(section.host, section.port, list(section.hosts), section.keys, section.allow_anyone)
    contained = section.provider != "local"
    return Ir(
        project=project, environment=name, provider=section.provider, model=model, size=size, door=door,
        strategy=section.strategy, drain_seconds=section.drain_seconds,
        api_image=(section.api_image or f"anops/api-service:{metadata.version('anops-control')}")
        if contained
        else None,
        image=(section.image or f"{project}:{model.version}") if contained else None,
        namespace=(section.namespace or f"{label(project).lower()}-{name}") if section.provider == "kubernetes"
        else None,
        labels=labels,
    )  # fmt: skip
