"""Build: an environment as objects of Kubernetes; a copy is a pod of an api-service with its model beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.deploying.fetched_log import KEPT_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.deploying.ir import Challenger, Ir

API, MODEL, CHALLENGER = "api", "model", "challenger"
PORT, MODEL_PORT, CHALLENGER_PORT = 8080, 9000, 9001
DIGEST = "anops.dev/model-digest"
_USER = 10001
_LEAVE_SECONDS = 5
"""So long a pod that ends still takes requests: until everybody has heard that it ends."""
_MARGIN_SECONDS = 15
_KEYS = "/etc/anops"
_BUSY = "8"
"""So many predictions under way or waiting in each pod, on average, and there is one more."""
_CONFINED: dict[str, Any] = {
    "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
}  # fmt: skip


def objects(ir: Ir, told: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the objects, in the order in which they are made.

    Args:
        ir: The environment.
        told: Further variables of the api-service.
    """
    made = [_namespace(ir), _policy(ir), _deployment(ir, told or {}), _service(ir)]
    if ir.size.replicas > 1:
        made.append(_budget(ir))
    if ir.size.max_replicas > ir.size.replicas:
        made.append(_scaler(ir))
    if ir.door.hosts:
        made.append(_ingress(ir))
    return made


def name_of(ir: Ir) -> str:
    """Return what its objects are called."""
    return ir.labels["app.kubernetes.io/name"].lower().replace(".", "-").replace("_", "-")


def names_in_cluster(ir: Ir, service: str) -> list[str]:
    """Return the names under which a Service is asked from within the cluster."""
    own = f"{service}.{ir.namespace}"
    return [service, own, f"{own}.svc", f"{own}.svc.cluster.local"]


def grace_seconds(ir: Ir) -> int:
    """Return how long a pod may take to end: it hears of it, its requests are finished, then its model ends."""
    return _LEAVE_SECONDS + 2 * round(ir.drain_seconds) + _MARGIN_SECONDS


def _object(ir: Ir, version: str, kind: str, name: str, **rest: object) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "labels": dict(ir.labels)}
    if kind != "Namespace":
        metadata["namespace"] = ir.namespace
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def _namespace(ir: Ir) -> dict[str, Any]:
    made = _object(ir, "v1", "Namespace", str(ir.namespace))
    made["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = "restricted"
    return made


def _policy(ir: Ir) -> dict[str, Any]:
    """Let requests in at the one port, and nothing out: a model needs no network, but that of a series its store."""
    store = [
        {"ports": [{"protocol": "TCP", "port": 5432}, *({"protocol": each, "port": 53} for each in ("TCP", "UDP"))]}
    ]
    spec = {
        "podSelector": {"matchLabels": dict(ir.labels)}, "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"ports": [{"protocol": "TCP", "port": PORT}]}], "egress": store if ir.model.series else [],
    }  # fmt: skip
    return _object(ir, "networking.k8s.io/v1", "NetworkPolicy", name_of(ir), spec=spec)


def _deployment(ir: Ir, told: Mapping[str, str]) -> dict[str, Any]:
    surge: int | str = "100%" if ir.strategy == "blue-green" else 1
    volumes: list[dict[str, Any]] = [{"name": "scratch", "emptyDir": {}}]
    if ir.challenger is not None:
        volumes.append({"name": "kept", "emptyDir": {}})
    if ir.door.keys is not None:
        volumes.append({"name": "keys", "secret": {"secretName": ir.door.keys, "defaultMode": 0o440}})
    pod = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace_seconds(ir),
        "securityContext": {
            "runAsNonRoot": True, "runAsUser": _USER, "runAsGroup": _USER, "fsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "topologySpreadConstraints": [{
            "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(ir.labels)},
        }],
        "initContainers": [_model(ir), *([_challenger(ir, ir.challenger)] if ir.challenger else [])],
        "containers": [_api(ir, told)],
        "volumes": volumes,
    }  # fmt: skip
    annotations = {DIGEST: ir.model.digest, "anops.dev/model": f"{ir.model.name}/{ir.model.number}"}
    spec = {
        "replicas": ir.size.replicas,
        "revisionHistoryLimit": 10,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": surge}},
        "selector": {"matchLabels": dict(ir.labels)},
        "template": {"metadata": {"labels": dict(ir.labels), "annotations": annotations}, "spec": pod},
    }
    if ir.size.max_replicas > ir.size.replicas:
        del spec["replicas"]  # the autoscaler's
    return _object(ir, "apps/v1", "Deployment", name_of(ir), spec=spec)


def _model(ir: Ir) -> dict[str, Any]:
    """Return the model: a container that starts before the api-service and ends after it (Kubernetes 1.29)."""
    environment = {"ANOPS_GRPC_HOST": "127.0.0.1", "ANOPS_DRAIN_SECONDS": f"{ir.drain_seconds:g}"}
    if ir.size.workers is not None:
        environment["ANOPS_WORKERS"] = str(ir.size.workers)
    health = {"exec": {"command": ["python", "-m", "anops_model_service.healthcheck"]}, "timeoutSeconds": 5}
    limits = {} if ir.size.cpus is None else {"cpu": f"{round(1000 * ir.size.cpus)}m"}
    if ir.size.memory_bytes is not None:
        limits["memory"] = str(ir.size.memory_bytes)
    return {
        "name": MODEL, "image": ir.image, "restartPolicy": "Always", "env": _environment(environment),
        "startupProbe": health | {"periodSeconds": 5, "failureThreshold": 60},
        "livenessProbe": health | {"periodSeconds": 20, "failureThreshold": 3},
        "resources": {"requests": dict(limits), "limits": dict(limits)},
        "securityContext": dict(_CONFINED), "volumeMounts": [_scratch()],
    }  # fmt: skip


def _challenger(ir: Ir, challenger: Challenger) -> dict[str, Any]:
    """Return the version that answers beside, on a port of its own: containers of a pod share an address."""
    made = _model(ir)
    return made | {
        "name": CHALLENGER, "image": challenger.image,
        "env": [*made["env"], *_environment({"ANOPS_GRPC_PORT": str(CHALLENGER_PORT)})],
    }  # fmt: skip


def _api(ir: Ir, told: Mapping[str, str]) -> dict[str, Any]:
    names = [*ir.door.hosts, *names_in_cluster(ir, name_of(ir))]
    ports = [MODEL_PORT, *([CHALLENGER_PORT] if ir.challenger else [])]
    environment = {
        "ANOPS_MODEL_URL": ",".join(f"127.0.0.1:{each}" for each in ports),
        "ANOPS_PORT": str(PORT), "ANOPS_HOSTS": ",".join(names),
        "ANOPS_DRAIN_SECONDS": f"{ir.drain_seconds:g}", "ANOPS_LOG_FORMAT": "json",
    }  # fmt: skip
    mounts = [_scratch()]
    if ir.challenger is not None:
        mounts.append({"name": "kept", "mountPath": KEPT_IN})
    if ir.door.keys is not None:
        environment["ANOPS_KEYS_FILE"] = f"{_KEYS}/keys.toml"
        mounts.append({"name": "keys", "mountPath": _KEYS, "readOnly": True})
    limits = {"cpu": "1", "memory": "1Gi"}
    return {
        "name": API, "image": ir.api_image, "env": [*_environment(environment | dict(told)), *_store(ir)],
        "ports": [{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
        "readinessProbe": _asks("/health/ready", period=5, failures=2),
        "livenessProbe": _asks("/health/live", period=10, failures=6),
        "lifecycle": {"preStop": {"exec": {"command": ["python", "-c", f"import time; time.sleep({_LEAVE_SECONDS})"]}}},
        "resources": {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": limits},
        "securityContext": dict(_CONFINED), "volumeMounts": mounts,
    }  # fmt: skip


def _asks(path: str, *, period: int, failures: int) -> dict[str, Any]:
    return {
        "httpGet": {"path": path, "port": "http"}, "periodSeconds": period, "timeoutSeconds": 5,
        "failureThreshold": failures,
    }  # fmt: skip


def _store(ir: Ir) -> list[dict[str, Any]]:
    if ir.series_store is None:
        return []
    secret = {"name": ir.series_store, "key": "address"}
    return [{"name": "ANOPS_SERIES_STORE", "valueFrom": {"secretKeyRef": secret}}]


def _environment(told: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in told.items()]


def _scratch() -> dict[str, Any]:
    return {"name": "scratch", "mountPath": "/tmp"}  # noqa: S108  inside


def _service(ir: Ir) -> dict[str, Any]:
    ports = [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}]
    spec = {"type": "ClusterIP", "selector": dict(ir.labels), "ports": ports}
    return _object(ir, "v1", "Service", name_of(ir), spec=spec)


def _budget(ir: Ir) -> dict[str, Any]:
    spec = {"maxUnavailable": 1, "selector": {"matchLabels": dict(ir.labels)}}
    return _object(ir, "policy/v1", "PodDisruptionBudget", name_of(ir), spec=spec)


def _scaler(ir: Ir) -> dict[str, Any]:
    target = {"type": "AverageValue", "averageValue": _BUSY}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name_of(ir)},
        "minReplicas": ir.size.replicas, "maxReplicas": ir.size.max_replicas,
        # a figure of our own, which an adapter of Prometheus hands on
        "metrics": [{"type": "Pods", "pods": {"metric": {"name": "anops_queue_requests"}, "target": target}}],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}},
    }  # fmt: skip
    return _object(ir, "autoscaling/v2", "HorizontalPodAutoscaler", name_of(ir), spec=spec)


def _ingress(ir: Ir) -> dict[str, Any]:
    backend = {"service": {"name": name_of(ir), "port": {"name": "http"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec = {"rules": [{"host": host, "http": {"paths": [path]}} for host in ir.door.hosts]}
    return _object(ir, "networking.k8s.io/v1", "Ingress", name_of(ir), spec=spec)
