"""The flags with which an api-service keeps a log, as `[service]` of a project says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.service import ServiceSection


def log_flags(service: ServiceSection, file: Path | str) -> dict[str, object]:
    """Return the flags; none where no log is wanted.

    Args:
        service: `[service]`.
        file: The log.
    """
    if service.log_predictions == "no":
        return {}
    flags = {
        "--prediction-log": file,
        "--prediction-log-values": str(service.log_predictions == "values").lower(),
        "--prediction-log-columns": None if service.log_columns is None else json.dumps(service.log_columns),
        "--prediction-log-without": json.dumps(service.log_without) if service.log_without else None,
        "--prediction-log-days": service.log_days,
        "--prediction-log-mb": service.log_mb,
    }
    return {name: value for name, value in flags.items() if value is not None}
