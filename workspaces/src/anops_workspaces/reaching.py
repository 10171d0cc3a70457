"""Reaches the scheduler of a workspace: whether it answers, and how many workers it has."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_workspaces.certificates import Certificate

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 10


def connected(connection: Mapping[str, Any]) -> Any:  # noqa: ANN401  Dask's client has few types
    """Return a connected client of Dask.

    Raises:
        OSError: Nobody answers.
        ValueError: Something takes the connection, and drops it.
    """
    from distributed import Client  # noqa: PLC0415  slow to import, and often not needed
    from distributed.versions import VersionMismatchWarning  # noqa: PLC0415  the same

    certificate = Certificate(Path(connection["certificate"]), Path(connection["key"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionMismatchWarning)  # nothing is run there but what is asked here
        return Client(  # type: ignore[no-untyped-call]
            connection["address"], timeout=_SECONDS, security=certificate.security(), set_as_default=False
        )


def workers(connection: Mapping[str, Any]) -> int | None:
    """Return how many workers there are; None where the scheduler does not answer."""
    try:
        with connected(connection) as client:
            return len(client.nthreads())
    except (OSError, ValueError):  # a ValueError: something took the connection and dropped it
        return None
