"""Imports MLflow, quietly and once, and opens what it keeps at an address."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, cast

from anops_tracking.tables import QuickKeeper, is_readable

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.tracking.port import Keeper

_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # a server that is away is told at once, not after two minutes
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}


def opened(uri: str, artifacts: Path | None, experiment: str) -> Keeper:
    """Return who keeps runs and versions at an address.

    Raises:
        AwayError: It can't be opened.
    """
    if is_readable(uri):
        return cast("Keeper", QuickKeeper(uri, lambda: _whole(uri, artifacts, experiment)))
    return _whole(uri, artifacts, experiment)


def _whole(uri: str, artifacts: Path | None, experiment: str) -> Keeper:
    os.environ |= {key: value for key, value in _QUIET.items() if key not in os.environ}
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    from anops_tracking.keeper import MlflowKeeper  # noqa: PLC0415  MLflow reads these variables as it is imported

    logging.getLogger("mlflow").setLevel(logging.ERROR)  # it has set its own
    return MlflowKeeper(uri, artifacts, experiment)
