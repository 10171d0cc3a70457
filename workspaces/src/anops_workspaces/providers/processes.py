"""Workspaces of processes of this computer: a scheduler and workers that one keeper holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_workspaces import keeping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from distributed import SpecCluster
    from distributed.security import Security

    from anops_workspaces.ir import Ir
    from anops_workspaces.providers.provider import Doing


def build(ir: Ir) -> dict[str, Any]:
    """Return the processes, with the options that Dask gives them."""
    worker: dict[str, Any] = {
        "host": "127.0.0.1", "nthreads": ir.workers.threads, "memory_limit": ir.workers.memory_bytes or 0,
        "protocol": "tls://", "dashboard": False,
    }  # fmt: skip
    scheduler = {
        "host": "127.0.0.1", "port": ir.scheduler.port, "protocol": "tls://", "dashboard": True,
        "dashboard_address": f"127.0.0.1:{ir.scheduler.dashboard_port}",
    }  # fmt: skip
    return {"cluster": __name__, "scheduler": scheduler, "worker": worker}


def cluster(form: Mapping[str, Any], place: Path, security: Security) -> SpecCluster:
    """Return the cluster of a form, not started yet; for the keeper."""
    from distributed import Nanny, Scheduler, SpecCluster  # noqa: PLC0415  slow to import, and for the keeper alone

    scratch = place / "scratch"
    scratch.mkdir(exist_ok=True)
    return SpecCluster(  # type: ignore[no-untyped-call]
        scheduler={"cls": Scheduler, "options": {**form["scheduler"], "security": security}},
        worker={"cls": Nanny, "options": {**form["worker"], "security": security, "local_directory": str(scratch)}},
        security=security, asynchronous=True, silence_logs=False, name=place.name,
    )  # fmt: skip


def reached(cluster: Any) -> dict[str, str]:  # noqa: ANN401  Dask's clusters have few types
    """Return the addresses of a cluster that has started."""
    port = cluster.scheduler_info["services"]["dashboard"]
    return {"address": cluster.scheduler_address, "dashboard": f"http://127.0.0.1:{port}/status"}


def apply(ir: Ir, form: Mapping[str, Any], folder: Path, doing: Doing) -> dict[str, Any]:
    """Start the processes."""
    return keeping.start(folder, form, ir, doing) | {"runs": "here", "folder": None}


def is_there(ir: Ir, folder: Path) -> bool:  # noqa: ARG001  as each place has it
    """Say whether the processes live."""
    return keeping.is_kept(folder)


def scale(ir: Ir, folder: Path, minimum: int, maximum: int) -> None:  # noqa: ARG001  as each place has it
    """Say how many workers there may be."""
    keeping.limit(folder, minimum, maximum)


def destroy(ir: Ir, folder: Path, doing: Doing) -> None:  # noqa: ARG001  as each place has it
    """End all of the processes."""
    keeping.end(folder, doing)
