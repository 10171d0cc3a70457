"""The command lines of Dask's scheduler and workers, as containers of any kind run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_workspaces.ir import Ir

TLS = "/tls"
"""Where the certificate of the workspace is inside a container."""


def scheduler(ir: Ir) -> list[str]:
    """Return the command of the scheduler."""
    return [
        "python", "-m", "distributed.cli.dask_scheduler", "--protocol", "tls", "--port", str(ir.scheduler.port),
        "--dashboard-address", f"0.0.0.0:{ir.scheduler.dashboard_port}", *_tls(),
    ]  # fmt: skip


def worker(ir: Ir, address: str) -> list[str]:
    """Return the command of a worker, which ends when it has not reached its scheduler for a minute.

    Args:
        ir: The workspace.
        address: Where the scheduler is, seen from the worker.
    """
    return [
        "python", "-m", "distributed.cli.dask_worker", address, "--protocol", "tls", "--nthreads",
        # the container has the limit: it holds for R as well, which Dask's own would not see
        str(ir.workers.threads), "--memory-limit", "0", "--no-dashboard", "--local-directory", "/tmp",  # noqa: S108  inside
        "--death-timeout", "60", *_tls(),
    ]  # fmt: skip


def _tls() -> list[str]:
    certificate, key = f"{TLS}/certificate.pem", f"{TLS}/key.pem"
    return ["--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key]
