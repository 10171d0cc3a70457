"""Environments of pods: rendered as objects and checked; a controller or a person applies them, not `ao` itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.deploying.providers import kustomize
from anops_control.deploying.providers.kubernetes_objects import objects
from anops_control.deploying.providers.provider import Seen
from anops_control.standing.failure import StandingError
from anops_control.standing.kubernetes_rules import faults_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.deploying.ir import Ir
    from anops_control.deploying.providers.provider import Doing, Home


def build(ir: Ir, home: Home) -> dict[str, Any]:  # noqa: ARG001  as each place has it
    """Return the objects of the cluster.

    Raises:
        StandingError: A cluster would refuse them, or several machines have no store of series that they share.
    """
    if ir.model.series and ir.series_store is None and max(ir.size.replicas, ir.size.max_replicas) > 1:
        raise StandingError(
            f"Copies of `{ir.environment}` on several machines would each know other observations of their series.",
            remedy="They need a PostgreSQL that they share: put its address into a Secret as `address`, and name the "
            f"Secret in ao.toml: series_store under [deployment.{ir.environment}]; or let there be one copy.",
        )
    made = objects(ir)
    if faults := faults_of(made):
        raise StandingError("A cluster would refuse what the environment needs.", details=faults)
    return {"objects": made}


def render(ir: Ir, form: Mapping[str, Any]) -> dict[str, str]:
    """Return the files for Kustomize, by their paths."""
    return kustomize.files(ir, form["objects"])


def apply(ir: Ir, form: Mapping[str, Any], home: Home, doing: Doing) -> dict[str, Any]:  # noqa: ARG001  as each place
    """Say that it is not brought up.

    Raises:
        StandingError: Always.
    """
    raise StandingError(
        "An environment on Kubernetes is rendered and checked, and not applied by this version.",
        remedy=f"Write its files, and let your cluster's tools apply them: ao deploy render {ir.environment} --to DIR",
    )


def look(ir: Ir, form: Mapping[str, Any], home: Home) -> Seen:  # noqa: ARG001  as each place has it
    """Say that there is none: none was brought up."""
    return Seen()


def logs(ir: Ir, home: Home, most: int) -> list[str]:  # noqa: ARG001  as each place has it
    """Return nothing: none was brought up."""
    return []


def destroy(ir: Ir, home: Home, doing: Doing) -> None:
    """Remove nothing: none was brought up."""
