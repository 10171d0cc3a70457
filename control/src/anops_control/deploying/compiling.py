"""Compile: an environment and its version are lowered to the intermediate representation, every default filled in."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.sections.deployment import VERSION_MARK

from anops_control.deploying.finding import label
from anops_control.deploying.ir import Challenger, Door, Ir, Model, Size
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from anops_project.sections.deployment import DeploymentSection

    from anops_control.tracking.port import Version


def compile_environment(
    project: str, name: str, section: DeploymentSection, version: Version, challenger: Version | None = None
) -> Ir:
    """Return what an environment is made of.

    Args:
        project: The project's name.
        name: The environment's.
        section: What ao.toml says of it.
        version: The version that runs there.
        challenger: The one that answers beside; None: there is none.

    Raises:
        CommandError: The two can't be told apart.
    """
    labels = {
        "app.kubernetes.io/name": label(project), "app.kubernetes.io/managed-by": "anops",
        "anops.dev/environment": name,
    }  # fmt: skip
    model = _model(version)
    beside = None
    if challenger is not None and challenger.number != version.number:
        other = _model(challenger)
        _require_apart(name, model, other)
        beside = Challenger(
            other, section.challenger_share, section.shadow, section.split_header, _image(project, section, other)
        )
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
        image=_image(project, section, model),
        namespace=(section.namespace or f"{label(project).lower()}-{name}") if section.provider == "kubernetes"
        else None,
        challenger=beside, labels=labels, series_store=section.series_store, context=section.context,
    )  # fmt: skip


def _image(project: str, section: DeploymentSection, model: Model) -> str | None:
    """Return the image of a version; None where none is needed."""
    if section.provider == "local":
        return None
    named = section.image or f"{project}:{VERSION_MARK}"
    return named.replace(VERSION_MARK, model.version)


def _model(version: Version) -> Model:
    tags = version.tags
    return Model(
        version.model, version.number, tags.get("anops.version", ""), tags.get("anops.digest", ""),
        tags.get("anops.language", ""), tags.get("anops.series") == "true",
    )  # fmt: skip


def _require_apart(name: str, model: Model, other: Model) -> None:
    """Check that answers and log tell two versions apart.

    Raises:
        CommandError: Both are called alike, or are the same fit.
    """
    if model.version == other.version or model.digest == other.digest:
        what = f"are both called {model.version}" if model.version == other.version else "are the same fit"
        raise CommandError(
            f"Versions {model.number} and {other.number} of `{model.name}` {what}: in `{name}` nobody could tell them "
            "apart.",
            remedy="Raise `version` under [project] in ao.toml, and register the challenger again.",
            code=Code.USAGE,
        )
