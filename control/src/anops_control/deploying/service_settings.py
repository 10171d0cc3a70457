"""What an api-service is told of an environment, as flags or variables: its log, its series, and who answers what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.monitoring.log_flags import log_flags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_project.project import Project

SPLIT_HEADER, DEFAULT_MODEL, SHADOW, SPLIT = "--split-header", "--default-model", "--shadow", "--split"
SERIES_STORE = "--series-store"


def traffic(
    model: str, champion: str, challenger: str, *, share: float, shadow: bool, header: str
) -> dict[str, object]:
    """Return how requests are shared with a challenger.

    Args:
        model: What both are called.
        champion: The version that runs.
        challenger: The other.
        share: Which part of the requests the challenger answers.
        shadow: Whether it is only asked beside.
        header: The header that names whose request it is.
    """
    flags: dict[str, object] = {DEFAULT_MODEL: f"{model}/{champion}", SPLIT_HEADER: header}
    if shadow:
        return flags | {SHADOW: f"{model}/{challenger}"}
    return flags | {SPLIT: f"{model}/{champion}={1 - share:.6g},{model}/{challenger}={share:.6g}"}


def kept(project: Project, folder: str, *, compared: bool) -> dict[str, object]:
    """Return what a service in a container keeps in a folder: the log of predictions, and the series.

    Args:
        project: The version's project.
        folder: The folder.
        compared: Whether a challenger answers beside, which needs the log.
    """
    service, log = project.service, f"{folder}/predictions.db"
    flags = log_flags(service, log) or ({"--prediction-log": service.log_store or log} if compared else {})
    return flags | ({SERIES_STORE: f"{folder}/series.db"} if project.series is not None else {})


def as_variables(flags: Mapping[str, object]) -> dict[str, str]:
    """Return flags as the variables that say the same."""
    return {f"ANOPS_{flag[2:].upper().replace('-', '_')}": str(value) for flag, value in flags.items()}
