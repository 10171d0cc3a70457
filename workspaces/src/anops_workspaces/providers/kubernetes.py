"""Workspaces of pods of a Kubernetes cluster, asked through `kubectl`; a tunnel of this computer leads to them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.standing import keeping
from anops_control.standing.kubectl import Kubectl
from anops_control.standing.kubernetes_rules import faults_of

from anops_workspaces import reaching
from anops_workspaces.certificates import Certificate
from anops_workspaces.failures import WorkspaceError
from anops_workspaces.providers.kubernetes_objects import SCHEDULER, SECRET, WORKER, objects
from anops_workspaces.providers.kubernetes_waiting import wait

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_workspaces.ir import Ir
    from anops_workspaces.providers.provider import Doing

OWNER = "anops.dev/place"
"""By which workspaces of two people, or of two folders, are told apart."""
_KINDS = "deployments.apps,services,networkpolicies.networking.k8s.io,horizontalpodautoscalers.autoscaling,secrets"
_LEFT_BEHIND = "pods,configmaps,persistentvolumeclaims,serviceaccounts," + _KINDS
_EVERYWHERE = {"kube-root-ca.crt", "default"}
"""What each namespace has by itself."""
_END_SECONDS = 300
_JOIN_SECONDS = 150
_LOOK_SECONDS = 0.5
_BEGUN = "applied"
"""A file that is there once the cluster may hold something."""


def build(ir: Ir) -> dict[str, Any]:
    """Return the objects of the cluster.

    Raises:
        WorkspaceError: A cluster would refuse them.
    """
    made = objects(ir)
    if faults := faults_of(made):
        raise WorkspaceError("A cluster would refuse what the workspace needs.", details=faults)
    return {"objects": made}


def apply(ir: Ir, form: Mapping[str, Any], folder: Path, doing: Doing) -> dict[str, Any]:
    """Have the cluster make the objects, wait until scheduler and workers run, and open a way to the scheduler.

    Raises:
        WorkspaceError: The cluster refuses them, does not answer, or has another workspace there.
    """
    kubectl, namespace = _kubectl(ir), ir.place["namespace"]
    doing("asking the cluster")
    _require_free(kubectl, ir, folder)
    (folder / _BEGUN).touch()
    there = kubectl.one("namespace", namespace)
    first = [each for each in form["objects"] if each["kind"] == "Namespace" and there is None]
    if first:
        kubectl.apply(first)
    kubectl.apply([_secret(ir, folder)])
    kubectl.apply([each for each in form["objects"] if each["kind"] != "Namespace"])
    for name, count in ((SCHEDULER, 1), (WORKER, max(1, ir.workers.minimum))):
        wait(kubectl, namespace, name, count, doing)
    told = keeping.start(
        folder, "anops_workspaces.providers.tunnel",
        {"context": ir.place["context"], "kubeconfig": kubectl.kubeconfig, "namespace": namespace,
         "service": SCHEDULER, "ports": [ir.scheduler.port, ir.scheduler.dashboard_port]},
        doing, what=f"The connection to the scheduler of `{ir.name}`", awaited="opening a connection to the scheduler",
    )  # fmt: skip
    port, dashboard = told["ports"]
    address = f"tls://127.0.0.1:{port}"
    _wait_for_workers(ir, address, folder, doing)
    return {
        "address": address, "dashboard": f"http://127.0.0.1:{dashboard}/status", "runs": "image", "folder": None,
        "ships": True,
    }  # fmt: skip


def _wait_for_workers(ir: Ir, address: str, folder: Path, doing: Doing) -> None:
    """Wait until workers have joined: a pod runs some time before.

    Raises:
        WorkspaceError: They don't.
    """
    files, until = Certificate.below(folder), time.monotonic() + _JOIN_SECONDS
    wanted = max(1, ir.workers.minimum)
    reached = {"address": address, "certificate": str(files.certificate), "key": str(files.key)}
    while (joined := reaching.workers(reached) or 0) < wanted:
        doing(f"waiting until workers join the scheduler: {joined} have")
        if time.monotonic() > until:
            raise WorkspaceError(
                f"{joined} of {wanted} workers joined the scheduler within {_JOIN_SECONDS} seconds.",
                remedy=f"See why: kubectl logs --namespace={ir.place['namespace']} deployment/{WORKER}",
            )
        time.sleep(_LOOK_SECONDS)


def is_there(ir: Ir, folder: Path) -> bool:  # noqa: ARG001  as each place has it
    """Say whether the way to it is open."""
    return keeping.is_kept(folder)


def scale(ir: Ir, folder: Path, minimum: int, maximum: int) -> None:  # noqa: ARG001  as each place has it
    """Say how many workers there may be."""
    kubectl = _kubectl(ir)
    wanted = objects(replace(ir, workers=replace(ir.workers, minimum=minimum, maximum=maximum)))
    kept = [each for each in wanted if each["metadata"]["name"] == WORKER]
    if not any(each["kind"] == "HorizontalPodAutoscaler" for each in kept):
        kubectl.run("delete", "horizontalpodautoscalers.autoscaling", WORKER, f"--namespace={ir.place['namespace']}",
                    "--ignore-not-found")  # fmt: skip
    kubectl.apply(kept)


def destroy(ir: Ir, folder: Path, doing: Doing) -> None:
    """Remove all of it, also what a crash has left; the namespace too, if it is ours and holds nothing else.

    Raises:
        WorkspaceError: The cluster does not answer.
    """
    keeping.end(folder, doing, awaited="closing the connection to the scheduler")
    if not (folder / _BEGUN).exists():
        return
    kubectl, namespace = _kubectl(ir), ir.place["namespace"]
    there = kubectl.one("namespace", namespace)
    secret = None if there is None else kubectl.one("secret", SECRET, namespace=namespace)
    if there is None or (secret is not None and _owner(secret) != _name(ir, folder)):
        return
    doing("removing what it consists of")
    kubectl.remove(_KINDS, ir.labels, namespace=namespace, seconds=_END_SECONDS)
    ours = ir.labels.items() <= (there["metadata"].get("labels") or {}).items()
    if ours and not _others(kubectl, ir):
        doing("removing the namespace")
        kubectl.run("delete", "namespace", namespace, "--ignore-not-found", f"--timeout={_END_SECONDS}s", limit=None)


def _kubectl(ir: Ir) -> Kubectl:
    file = ir.place.get("kubeconfig")
    return Kubectl(ir.place["context"], None if file is None else str(Path(file).expanduser()))


def _name(ir: Ir, folder: Path) -> str:
    """Return by what a workspace knows its objects: the certificate, since nobody else has the same."""
    return f"{ir.name} {Certificate.below(folder).fingerprint()}"


def _owner(secret: Mapping[str, Any]) -> str | None:
    owner: str | None = (secret["metadata"].get("annotations") or {}).get(OWNER)
    return owner


def _secret(ir: Ir, folder: Path) -> dict[str, Any]:
    files = Certificate.below(folder)
    return {
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": {"name": SECRET, "namespace": ir.place["namespace"], "labels": dict(ir.labels),
                     "annotations": {OWNER: _name(ir, folder)}},
        "stringData": {"certificate.pem": files.certificate.read_text(encoding="ascii"),
                       "key.pem": files.key.read_text(encoding="ascii")},
    }  # fmt: skip


def _require_free(kubectl: Kubectl, ir: Ir, folder: Path) -> None:
    """Check that the namespace holds no other workspace.

    Raises:
        WorkspaceError: It does, or it is being removed.
    """
    namespace = ir.place["namespace"]
    there = kubectl.one("namespace", namespace)
    if there is None:
        return
    if "deletionTimestamp" in there["metadata"]:
        raise WorkspaceError(
            f"The namespace `{namespace}` is being removed, and accepts nothing until it is gone.",
            remedy=f"Wait for that: kubectl wait --for=delete namespace/{namespace}",
        )
    secret = kubectl.one("secret", SECRET, namespace=namespace)
    if secret is not None and _owner(secret) != _name(ir, folder):
        name = (_owner(secret) or "another").partition(" ")[0]
        raise WorkspaceError(
            f"The namespace `{namespace}` holds a workspace already: `{name}`, which somebody else or another "
            "computer has brought up.",
            remedy="Give this one another name, or another `namespace` in the provider's `spec`.",
        )


def _others(kubectl: Kubectl, ir: Ir) -> list[str]:
    """Return what the namespace holds that is neither the workspace's nor there by itself."""
    return [
        each["metadata"]["name"]
        for each in kubectl.found(_LEFT_BEHIND, namespace=ir.place["namespace"])
        if each["metadata"]["name"] not in _EVERYWHERE
        and not each["metadata"]["name"].startswith("default-token-")
        and not ir.labels.items() <= (each["metadata"].get("labels") or {}).items()
    ]
