"""An environment that Argo CD brings up: the overlay of Kustomize, and the Application that follows it in git."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.deploying.providers import kustomize
from anops_control.deploying.providers.kubernetes_objects import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.deploying.ir import Ir

_HERE = "https://kubernetes.default.svc"
"""The cluster that Argo CD itself runs in."""


def files(ir: Ir, objects: Sequence[Mapping[str, Any]], *, repository: str, path: str) -> dict[str, str]:
    """Return base, overlay and Application."""
    made = kustomize.files(ir, objects)
    return made | {f"argo-cd/{ir.environment}.yaml": kustomize.as_yaml(application(ir, repository, path))}


def application(ir: Ir, repository: str, path: str) -> dict[str, Any]:
    """Return the Application: what is committed is applied, what was changed by hand is put back.

    Args:
        ir: The environment.
        repository: The address of the git repository.
        path: The folder in it that has `overlays`.
    """
    folder = path.strip("/")
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {
            "name": f"{name_of(ir)}-{ir.environment}",
            "namespace": "argocd",
            "labels": dict(ir.labels),
            "finalizers": ["resources-finalizer.argocd.argoproj.io"],
        },
        "spec": {
            "project": "default",
            "source": {
                "repoURL": repository,
                "targetRevision": "HEAD",
                "path": f"{folder}/overlays/{ir.environment}" if folder else f"overlays/{ir.environment}",
            },
            "destination": {"server": _HERE, "namespace": ir.namespace},
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True},
                "syncOptions": ["ServerSideApply=true"],
                "retry": {"limit": 5, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "3m"}},
            },
            "revisionHistoryLimit": 10,
        },
    }
