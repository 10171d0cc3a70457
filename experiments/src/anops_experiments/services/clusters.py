"""Reaches clusters of Dask: by an address, or by the name of a workspace."""

from __future__ import annotations

import os
import warnings
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distributed import Client
from distributed.security import Security
from distributed.versions import VersionMismatchWarning

from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 10


def connected(cluster: Mapping[str, Any]) -> Client:
    """Return a client of a cluster.

    Args:
        cluster: Its `address`; where it speaks TLS, the files of `certificate` and `key`; where it is one, the name of
            the `workspace`.

    Raises:
        ExperimentError: No scheduler answers there.
    """
    security = None
    if "certificate" in cluster:
        security = Security(  # type: ignore[no-untyped-call]
            require_encryption=True, tls_ca_file=cluster["certificate"], tls_client_cert=cluster["certificate"],
            tls_client_key=cluster["key"],
        )  # fmt: skip
    address, name = cluster["address"], cluster.get("workspace")
    try:
        with warnings.catch_warnings():
            # tasks go as plain data: numpy, pandas and Python may be others there
            warnings.simplefilter("ignore", VersionMismatchWarning)
            return Client(address, timeout=_SECONDS, security=security)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ExperimentError(
            f"There is no scheduler of Dask at {address}: {error}.",
            remedy=f"See how the workspace is: ao workspace status {name}"
            if name
            else "Name the address that it printed when it started: tcp://host:8786",
        ) from error


def workspace(name: str) -> dict[str, Any]:
    """Return how a workspace is reached.

    Raises:
        ExperimentError: There is none of that name, it is not up, or nothing is installed that knows of workspaces.
    """
    found = next(iter(entry_points(group="anops.workspaces")), None)
    if found is None:
        raise ExperimentError(
            "Workspaces need `anops-workspaces`, which is not installed.", remedy="Run: ao extra add workspaces"
        )
    who = found.load()
    home = Path(os.environ.get("ANOPS_HOME") or Path.home() / ".anops").expanduser()
    try:
        return {"workspace": name, **who.connection(home, name)}
    except who.error as error:
        raise ExperimentError(error.message, details=error.details, remedy=error.remedy) from error
