"""Environments of pods of a Kubernetes cluster, asked through `kubectl`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.deploying.fetched_log import READ, assembled
from anops_control.deploying.ir import Ir
from anops_control.deploying.providers import kustomize
from anops_control.deploying.providers.kubernetes_drift import told_apart
from anops_control.deploying.providers.kubernetes_objects import API, DIGEST, grace_seconds, name_of, objects
from anops_control.deploying.providers.kubernetes_rollout import state_of, wait
from anops_control.deploying.providers.provider import Seen
from anops_control.deploying.record import Record
from anops_control.deploying.version_settings import told_of
from anops_control.standing.failure import StandingError
from anops_control.standing.kubectl import Kubectl, selector
from anops_control.standing.kubernetes_rules import faults_of
from anops_control.standing.older_clusters import as_known_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_control.deploying.providers.provider import Doing, Home

_KINDS = (
    "deployments.apps,services,networkpolicies.networking.k8s.io,poddisruptionbudgets.policy,"
    "horizontalpodautoscalers.autoscaling,ingresses.networking.k8s.io"
)
"""What an environment may consist of, apart from its namespace."""
_END_SECONDS = 300
_SCALER = "anops-scale"
"""Whose field the number of copies is where an autoscaler sets it."""
_LEFT_BEHIND = "pods,secrets,configmaps,persistentvolumeclaims,serviceaccounts," + _KINDS
_EVERYWHERE = {"kube-root-ca.crt", "default"}
"""What each namespace has by itself."""


def build(ir: Ir, home: Home) -> dict[str, Any]:
    """Return the objects of the cluster.

    Raises:
        CommandError: The two versions take or give other columns.
        StandingError: A cluster would refuse them, or several machines have no store of series that they share.
    """
    if ir.model.series and ir.series_store is None and max(ir.size.replicas, ir.size.max_replicas) > 1:
        raise StandingError(
            f"Copies of `{ir.environment}` on several machines would each know other observations of their series.",
            remedy="They need a PostgreSQL that they share: put its address into a Secret as `address`, and name the "
            f"Secret in ao.toml: series_store under [deployment.{ir.environment}]; or let there be one copy.",
        )
    made = objects(ir, {} if ir.challenger is None else told_of(ir, home))
    if faults := faults_of(made):
        raise StandingError("A cluster would refuse what the environment needs.", details=faults)
    return {"objects": made}


def render(ir: Ir, form: Mapping[str, Any]) -> dict[str, str]:
    """Return the files for Kustomize, by their paths."""
    return kustomize.files(ir, form["objects"])


def apply(ir: Ir, form: Mapping[str, Any], home: Home, doing: Doing) -> dict[str, Any]:
    """Have the cluster replace pods by new ones, each once its successor answers, and wait until it has.

    Raises:
        StandingError: The cluster refuses it, or the new pods do not answer; what was before goes on.
    """
    kubectl = Kubectl(ir.context)
    told = Record(home.project, ir.environment).read()
    before = None if told is None else told["now"]
    doing("asking the cluster")
    _require_keys(kubectl, ir)
    wanted = _for_cluster(kubectl, ir, form["objects"])
    try:
        _hand_over_replicas(kubectl, ir, wanted)
        kubectl.apply(wanted)
        wait(kubectl, ir, doing)
    except BaseException:
        if before is not None:
            was = Ir.from_dict(before["ir"])
            kubectl.apply(_for_cluster(kubectl, was, before["form"]["objects"]))
            _remove_others(kubectl, was, before["form"]["objects"])
        raise
    _remove_others(kubectl, ir, form["objects"])
    return {"url": _url(ir)}


def look(ir: Ir, form: Mapping[str, Any], home: Home) -> Seen:  # noqa: ARG001  as each place has it
    """Return the pods, and what differs by hand.

    Raises:
        StandingError: The cluster does not answer.
    """
    kubectl = Kubectl(ir.context)
    deployment = kubectl.one("deployments.apps", name_of(ir), namespace=str(ir.namespace))
    wanted = _for_cluster(kubectl, ir, form["objects"])
    if deployment is None:
        return Seen(drift=[f"The Deployment `{name_of(ir)}` is gone."])
    pods = kubectl.found("pods", ir.labels, namespace=str(ir.namespace))
    replicas = [
        {"name": each["metadata"]["name"], "state": state_of(each), "version": ir.model.version} for each in pods
    ]
    answers = any(each["state"] == "answers" for each in replicas)
    digest = deployment["spec"]["template"]["metadata"].get("annotations", {}).get(DIGEST)
    return Seen(replicas, _url(ir) if answers else None, digest, list(told_apart(kubectl.differences(wanted))))


def logs(ir: Ir, home: Home, most: int) -> list[str]:  # noqa: ARG001  as each place has it
    """Return the last lines of each container.

    Raises:
        StandingError: The cluster does not answer.
    """
    told = Kubectl(ir.context).run(
        *("logs", f"--namespace={ir.namespace}", f"--selector={selector(ir.labels)}", "--all-containers", "--prefix"),
        *(f"--tail={most}", "--ignore-errors", "--max-log-requests=100"),
    )
    return told.splitlines()


def log(ir: Ir, home: Home) -> Path:
    """Return the log of predictions: what each pod that answers has kept since it began; a pod's ends with it.

    Raises:
        CommandError: It can't be read.
        StandingError: The cluster does not answer.
    """
    kubectl, namespace = Kubectl(ir.context), str(ir.namespace)
    pods = [each for each in kubectl.found("pods", ir.labels, namespace=namespace) if state_of(each) == "answers"]
    command = ["--", *READ]
    said = [
        kubectl.run("exec", each["metadata"]["name"], f"--namespace={namespace}", f"--container={API}", *command)
        for each in pods
    ]
    return assembled([each.encode() for each in said], home.place, home.project)


def destroy(ir: Ir, home: Home, doing: Doing) -> None:  # noqa: ARG001  as each place has it
    """Remove all, once requests under way are finished; the namespace too, if it is ours and holds nothing else.

    Raises:
        StandingError: The cluster does not answer.
    """
    kubectl, namespace = Kubectl(ir.context), str(ir.namespace)
    there = kubectl.one("namespace", namespace)
    if there is None:
        return
    doing("waiting until requests under way are finished")
    kubectl.remove(_KINDS, ir.labels, namespace=namespace, seconds=grace_seconds(ir) + 60)
    if _is_ours(ir, there) and not _others(kubectl, ir):
        doing("removing the namespace")
        kubectl.run("delete", "namespace", namespace, "--ignore-not-found", f"--timeout={_END_SECONDS}s", limit=None)


def _for_cluster(kubectl: Kubectl, ir: Ir, made: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the objects as the cluster knows them, without a namespace that somebody else has made.

    Raises:
        StandingError: The cluster can't have them.
    """
    there = kubectl.one("namespace", str(ir.namespace))
    if there is not None and "deletionTimestamp" in there["metadata"]:
        raise StandingError(
            f"The namespace `{ir.namespace}` is being removed, and accepts nothing until it is gone.",
            remedy=f"Wait for that: kubectl wait --for=delete namespace/{ir.namespace}",
        )
    others = there is not None and not _is_ours(ir, there)
    return as_known_by(kubectl.version, [each for each in made if not (others and each["kind"] == "Namespace")])


def _is_ours(ir: Ir, namespace: Mapping[str, Any]) -> bool:
    return bool(ir.labels.items() <= (namespace["metadata"].get("labels") or {}).items())


def _require_keys(kubectl: Kubectl, ir: Ir) -> None:
    """Check that the Secret with the keys of callers is there.

    Raises:
        StandingError: It is not, or lacks the file.
    """
    if ir.door.keys is None:
        return
    namespace = f"--namespace={ir.namespace}"
    secret = kubectl.one("secret", ir.door.keys, namespace=str(ir.namespace))
    first = "" if kubectl.one("namespace", str(ir.namespace)) else f"kubectl create namespace {ir.namespace} && "
    if secret is None or "keys.toml" not in (secret.get("data") or {}):
        raise StandingError(
            f"The namespace `{ir.namespace}` has no Secret `{ir.door.keys}` with a `keys.toml` in it."
            if secret is None
            else f"The Secret `{ir.door.keys}` has no `keys.toml`.",
            remedy=f"Make keys by `ao key add NAME`, then hand the file over: {first}"
            f"kubectl create secret generic {ir.door.keys} {namespace} --from-file=keys.toml",
        )


def _hand_over_replicas(kubectl: Kubectl, ir: Ir, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Keep how many copies there are where an autoscaler takes over: what its owner leaves out falls to its default."""
    (deployment,) = [each for each in wanted if each["kind"] == "Deployment"]
    if "replicas" in deployment["spec"]:
        return
    there = kubectl.one("deployments.apps", name_of(ir), namespace=str(ir.namespace))
    if there is not None:
        metadata = {key: deployment["metadata"][key] for key in ("name", "namespace")}
        kept = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
                "spec": {"replicas": there["spec"]["replicas"]}}  # fmt: skip
        kubectl.take_over(kept, _SCALER)


def _remove_others(kubectl: Kubectl, ir: Ir, made: Sequence[Mapping[str, Any]]) -> None:
    """Remove what an earlier form of the environment had and this one has not, such as an autoscaler."""
    kept = {(each["kind"], each["metadata"]["name"]) for each in made}
    for each in kubectl.found(_KINDS, ir.labels, namespace=str(ir.namespace)):
        kind, name = each["kind"], each["metadata"]["name"]
        if (kind, name) not in kept:
            kubectl.run("delete", kind, name, f"--namespace={ir.namespace}", "--ignore-not-found")


def _others(kubectl: Kubectl, ir: Ir) -> list[str]:
    """Return what the namespace holds that is neither the environment's nor there by itself."""
    return [
        each["metadata"]["name"]
        for each in kubectl.found(_LEFT_BEHIND, namespace=str(ir.namespace))
        if each["metadata"]["name"] not in _EVERYWHERE
        and not each["metadata"]["name"].startswith("default-token-")
        and not ir.labels.items() <= (each["metadata"].get("labels") or {}).items()
    ]


def _url(ir: Ir) -> str:
    return f"http://{ir.door.hosts[0] if ir.door.hosts else f'{name_of(ir)}.{ir.namespace}.svc'}"
