"""Tells a webhook and Alertmanager of incidents; who is away is told the next time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
from anops_model_interface.codes import Code
from anops_model_interface.moments import utc_text

from anops_control.errors import CommandError
from anops_control.surroundings import MONITORING, current

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_project.project import Project
    from anops_project.sections.monitoring import MonitoringSection

    from anops_control.monitoring.incidents import Incident

_SECONDS = 10.0


def addresses(section: MonitoringSection) -> dict[str, str]:
    """Return who is told: "webhook" and "alertmanager" with their addresses, the variables before ao.toml.

    Raises:
        CommandError: A variable holds no address.
    """
    known = current().variables
    found = {}
    for who, variable in zip(("webhook", "alertmanager"), MONITORING, strict=True):
        address = known.get(variable) or getattr(section, who)
        if address is not None and not address.startswith(("http://", "https://")):
            raise CommandError(
                f"The variable {variable} holds no address.",
                remedy=f"Set it to one that begins with https:// or http://: export {variable}=https://example.org/hook",
                code=Code.USAGE,
            )
        if address is not None:
            found[who] = address
    return found


def message_of(incident: Incident, project: Project, description: str) -> dict[str, Any]:
    """Return what a webhook gets; `text` is what chat programs show."""
    status = "firing" if incident.ended is None else "resolved"
    about = f"{project.project.name} {project.project.version}"
    return {
        "status": status,
        "text": f"{'Alert' if status == 'firing' else 'Resolved'}: {about}, {incident.alert}: {incident.says}",
        "incident": incident.id,
        "alert": incident.alert,
        "subject": incident.subject,
        "severity": incident.severity,
        "model": project.project.name,
        "version": project.project.version,
        "value": incident.value,
        "says": incident.says,
        "description": description,
        "started": utc_text(incident.started),
        "ended": None if incident.ended is None else utc_text(incident.ended),
    }


def alert_of(incident: Incident, project: Project, description: str, hours: float) -> dict[str, Any]:
    """Return an incident as `POST /api/v2/alerts` of Alertmanager takes it."""
    until = datetime.now(UTC) + timedelta(hours=hours)
    labels = {
        "alertname": incident.alert,
        "model": project.project.name,
        "severity": incident.severity,
        **({"subject": incident.subject} if incident.subject else {}),
    }
    return {
        "labels": labels,
        "annotations": {"summary": incident.says, **({"description": description} if description else {})},
        "startsAt": utc_text(incident.started),
        "endsAt": until.isoformat(timespec="seconds") if incident.ended is None else utc_text(incident.ended),
    }


def post(address: str, content: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str | None:
    """Send JSON, and return what went wrong; None: nothing."""
    try:
        answer = httpx.post(address, json=content, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{type(error).__name__}: {error}"
    return None if answer.is_success else f"it answered with status {answer.status_code}"
