"""Build: an environment as the document of `docker compose`: copies in the network of who has the port."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from anops_control.deploying.fetched_log import KEPT_IN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_control.deploying.ir import Challenger, Ir

FRONT, API, MODEL, CHALLENGER = "front", "api", "model", "challenger"
ROLE, COPY = "anops.dev/role", "anops.dev/copy"
"""Labels: what a container is for, and what the copy that it is part of was made of."""
PORT, MODEL_PORT = 8080, 9000
_KEYS = "/keys.toml"
VOLUME = "kept"
"""The volume that all copies keep their log and their series in; it outlives them."""
_SHADOW_SHARES = 256
"""Of the processors, a quarter of what another container has where they are short."""
_GRACE_SECONDS = 10
"""So much longer than its requests may take is a container that is stopped waited for."""
_HARDENED: dict[str, Any] = {
    "restart": "unless-stopped", "read_only": True, "tmpfs": ["/tmp"],  # noqa: S108  inside
    "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"],
}  # fmt: skip


def grace_seconds(ir: Ir) -> float:
    """Return how long a container that is stopped is waited for."""
    return ir.drain_seconds + _GRACE_SECONDS


def document(ir: Ir, project: Path, images: dict[str, str], told: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the document.

    Args:
        ir: The environment.
        project: The project's folder.
        images: The IDs of the images, by their names: another image under the same name is another copy.
        told: Further variables of the api-services; what they keep lies in a volume.
    """
    copy = key_of(ir, images)
    told = told or {}
    services: dict[str, Any] = {FRONT: _front(ir)}
    for number in range(1, ir.size.replicas + 1):
        model = f"{MODEL}-{copy}-{number}"
        services[model] = _model(ir, copy)
        models = [model]
        if ir.challenger is not None:
            models.append(f"{CHALLENGER}-{copy}-{number}")
            services[models[-1]] = _challenger(ir, ir.challenger, copy)
        services[f"{API}-{copy}-{number}"] = _api(ir, copy, models, project, told)
    made: dict[str, Any] = {"services": services}
    if _keeps(told):
        made["volumes"] = {VOLUME: {"labels": dict(ir.labels)}}
    return made


def _keeps(told: Mapping[str, str]) -> bool:
    """Say whether services keep anything."""
    return any(each.startswith(KEPT_IN) for each in told.values())


def key_of(ir: Ir, images: dict[str, str]) -> str:
    """Return what tells copies apart that are made of other things."""
    told = ir.to_dict()
    for name in ("strategy", "labels"):
        del told[name]
    for name in ("replicas", "max_replicas"):
        del told["size"][name]
    return hashlib.sha256(json.dumps([told, images], sort_keys=True).encode()).hexdigest()[:8]


def _labels(ir: Ir, role: str, copy: str) -> dict[str, str]:
    return {**ir.labels, ROLE: role, COPY: copy}


def _front(ir: Ir) -> dict[str, Any]:
    """Return who has the port, and does nothing: copies come and go in its network."""
    published = f"{ir.door.host}:{ir.door.port or ''}:{PORT}"
    pause = ["python", "-c", "import signal; signal.pause()"]
    return {
        "image": ir.api_image, "entrypoint": pause, "init": True, "healthcheck": {"disable": True},
        "ports": [published], "labels": _labels(ir, FRONT, published), "stop_grace_period": "2s", **_HARDENED,
    }  # fmt: skip


def _model(ir: Ir, copy: str) -> dict[str, Any]:
    made: dict[str, Any] = {"image": ir.image, "labels": _labels(ir, MODEL, copy), **_grace(ir), **_HARDENED}
    environment = {"ANOPS_DRAIN_SECONDS": f"{ir.drain_seconds:g}"}
    if ir.size.workers is not None:
        environment["ANOPS_WORKERS"] = str(ir.size.workers)
    if ir.size.cpus is not None:
        made["cpus"] = ir.size.cpus
    if ir.size.memory_bytes is not None:
        made["mem_limit"] = ir.size.memory_bytes
    return made | {"environment": environment}


def _challenger(ir: Ir, challenger: Challenger, copy: str) -> dict[str, Any]:
    """Return the version that answers beside; a shadow gives way to those that answer."""
    made = _model(ir, copy) | {"image": challenger.image, "labels": _labels(ir, CHALLENGER, copy)}
    return made | ({"cpu_shares": _SHADOW_SHARES} if challenger.shadow else {})


def _api(ir: Ir, copy: str, models: Sequence[str], project: Path, told: Mapping[str, str]) -> dict[str, Any]:
    environment = {
        "ANOPS_MODEL_URL": ",".join(f"{each}:{MODEL_PORT}" for each in models),
        "ANOPS_PORT": str(PORT), "ANOPS_SHARED_PORT": "true",
        "ANOPS_DRAIN_SECONDS": f"{ir.drain_seconds:g}", "ANOPS_HOSTS": ",".join(ir.door.hosts),
    }  # fmt: skip
    made: dict[str, Any] = {
        "image": ir.api_image, "network_mode": f"service:{FRONT}", "labels": _labels(ir, API, copy),
        "depends_on": {FRONT: {"condition": "service_started"},
                       **{each: {"condition": "service_healthy"} for each in models}},
        **_grace(ir), **_HARDENED,
    }  # fmt: skip
    volumes = [f"{VOLUME}:{KEPT_IN}"] if _keeps(told) else []
    if ir.door.keys is not None:
        environment["ANOPS_KEYS_FILE"] = _KEYS
        volumes.append(f"{project / ir.door.keys}:{_KEYS}:ro")
    return made | {"environment": environment | dict(told)} | ({"volumes": volumes} if volumes else {})


def _grace(ir: Ir) -> dict[str, str]:
    return {"stop_grace_period": f"{grace_seconds(ir):g}s"}
