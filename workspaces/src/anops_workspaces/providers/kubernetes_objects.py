"""Build: a workspace as objects of Kubernetes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_workspaces.providers import dask_commands

if TYPE_CHECKING:
    from anops_workspaces.ir import Ir

SECRET = "anops-workspace-tls"  # noqa: S105  the name of one
SCHEDULER, WORKER = "scheduler", "worker"
_USER = 10001
_GRACE_SECONDS = 60
"""How long a worker that is ended may hand on what it has."""


def objects(ir: Ir) -> list[dict[str, Any]]:
    """Return the objects, in the order in which they are made; the secret with the certificate is none of them."""
    made = [_namespace(ir), _policy(ir), _scheduler(ir), _service(ir), _workers(ir)]
    return [*made, _scaler(ir)] if ir.workers.maximum > _least(ir) else made


def _object(ir: Ir, version: str, kind: str, name: str, **rest: object) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "labels": dict(ir.labels)}
    if kind != "Namespace":
        metadata["namespace"] = ir.place["namespace"]
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def _labels(ir: Ir, role: str) -> dict[str, str]:
    return {**ir.labels, "app.kubernetes.io/component": role}


def _least(ir: Ir) -> int:
    """Return how many workers there are at least: an autoscaler does nothing for a deployment without a pod."""
    return max(1, ir.workers.minimum)


def _namespace(ir: Ir) -> dict[str, Any]:
    made = _object(ir, "v1", "Namespace", ir.place["namespace"])
    made["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = "restricted"
    return made


def _policy(ir: Ir) -> dict[str, Any]:
    """Let the pods of the workspace, and nobody else, come in."""
    own = [{"podSelector": {"matchLabels": dict(ir.labels)}}]
    spec = {"podSelector": {"matchLabels": dict(ir.labels)}, "policyTypes": ["Ingress"], "ingress": [{"from": own}]}
    return _object(ir, "networking.k8s.io/v1", "NetworkPolicy", "own-pods-only", spec=spec)


def _scheduler(ir: Ir) -> dict[str, Any]:
    ports = [
        {"name": "scheduler", "containerPort": ir.scheduler.port},
        {"name": "dashboard", "containerPort": ir.scheduler.dashboard_port},
    ]
    probe = {"tcpSocket": {"port": "scheduler"}}
    container = _container(ir, SCHEDULER, dask_commands.scheduler(ir), {"cpu": "1", "memory": "2G"}) | {
        "ports": ports,
        "readinessProbe": probe | {"periodSeconds": 5},
        "livenessProbe": probe | {"periodSeconds": 20, "failureThreshold": 6},
    }
    return _deployment(ir, SCHEDULER, container, replicas=1, grace=10)


def _service(ir: Ir) -> dict[str, Any]:
    ports = [
        {"name": name, "port": port, "targetPort": name, "protocol": "TCP"}
        for name, port in (("scheduler", ir.scheduler.port), ("dashboard", ir.scheduler.dashboard_port))
    ]
    spec = {"type": "ClusterIP", "selector": _labels(ir, SCHEDULER), "ports": ports}
    return _object(ir, "v1", "Service", SCHEDULER, spec=spec)


def _workers(ir: Ir) -> dict[str, Any]:
    limits = {"cpu": f"{round(ir.workers.cpus * 1000)}m"}
    if ir.workers.memory_bytes is not None:
        limits["memory"] = str(ir.workers.memory_bytes)
    command = dask_commands.worker(ir, f"tls://{SCHEDULER}:{ir.scheduler.port}")
    return _deployment(ir, WORKER, _container(ir, WORKER, command, limits), replicas=_least(ir), grace=_GRACE_SECONDS)


def _scaler(ir: Ir) -> dict[str, Any]:
    # of the forms of an autoscaler the one that every release takes
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": WORKER},
        "minReplicas": _least(ir), "maxReplicas": ir.workers.maximum,
        "targetCPUUtilizationPercentage": 70,
    }  # fmt: skip
    return _object(ir, "autoscaling/v1", "HorizontalPodAutoscaler", WORKER, spec=spec)


def _container(ir: Ir, name: str, command: list[str], limits: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name, "image": ir.image, "command": command,
        "workingDir": "/tmp",  # noqa: S108  inside
        "env": [{"name": "HOME", "value": "/tmp"}],  # noqa: S108  inside
        "resources": {"requests": dict(limits), "limits": dict(limits)},
        "securityContext": {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "tls", "mountPath": dask_commands.TLS, "readOnly": True},
            {"name": "scratch", "mountPath": "/tmp"},  # noqa: S108  inside
        ],
    }  # fmt: skip


def _deployment(ir: Ir, role: str, container: dict[str, Any], *, replicas: int, grace: int) -> dict[str, Any]:
    labels = _labels(ir, role)
    pod = {
        "containers": [container],
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": grace,
        "securityContext": {
            "runAsNonRoot": True, "runAsUser": _USER, "runAsGroup": _USER, "fsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumes": [
            {"name": "tls", "secret": {"secretName": SECRET, "defaultMode": 0o440}},
            {"name": "scratch", "emptyDir": {}},
        ],
    }  # fmt: skip
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    return _object(ir, "apps/v1", "Deployment", role, spec=spec)
