"""Where a project's log of predictions is, and the flags with which an api-service keeps it, as `[service]` says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_project.ao_toml import AoToml
from anops_project.project import CONFIG_NAME, tables_in
from anops_project.sections.service import ServiceSection

from anops_control.tracking.opening import FOLDER, PREDICTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from anops_model_interface.log_file import LogPlace


def log_at(service: ServiceSection, home: Path) -> LogPlace:
    """Return the log of the project in a folder."""
    return service.log_store or home / FOLDER / PREDICTIONS


def log_in(home: Path) -> LogPlace:
    """Return the log of a folder, which may hold no project, or one that can't be used: then its file."""
    try:
        return log_at(AoToml.check(tables_in(home), (ServiceSection,)).one(ServiceSection), home)
    except (AnOpsError, OSError):
        return home / FOLDER / PREDICTIONS


def logging_at(home: Path, own: ServiceSection) -> ServiceSection:
    """Return what says whether predictions are kept: the folder in which a model is served, else the model's own.

    Args:
        home: The folder, with a project or none.
        own: `[service]` of the model.

    Raises:
        AnOpsError: `[service]` of the folder can't be used.
    """
    if not (home / CONFIG_NAME).is_file():
        return own
    tables = tables_in(home)
    here = AoToml.check(tables, (ServiceSection,)).one(ServiceSection)
    return here if "log_predictions" in tables.get("service", {}) else own


def log_flags(service: ServiceSection, file: Path | str) -> dict[str, object]:
    """Return the flags; none where no log is wanted.

    Args:
        service: `[service]`.
        file: The log, where `[service]` names no database.
    """
    if service.log_predictions == "no":
        return {}
    flags = {
        "--prediction-log": service.log_store or file,
        "--prediction-log-values": str(service.log_predictions == "values").lower(),
        "--prediction-log-columns": None if service.log_columns is None else json.dumps(service.log_columns),
        "--prediction-log-without": json.dumps(service.log_without) if service.log_without else None,
        "--prediction-log-days": service.log_days,
        "--prediction-log-mb": service.log_mb,
    }
    return {name: value for name, value in flags.items() if value is not None}
