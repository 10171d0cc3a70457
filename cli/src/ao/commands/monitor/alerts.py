"""`ao monitor alerts`: looks at the alerts of ao.toml, and tells of incidents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.verbs.monitor.alerts import MonitorAlertsRequest
from anops_control.verbs.monitor.alerts import run as do

from ao import messages
from ao.commands.monitor.options import Json, Log, Project  # noqa: TC001  Typer reads them
from ao.commands.monitor.retrain import show
from ao.presenting import presented, signals_interrupt

if TYPE_CHECKING:
    from anops_control.verbs.monitor.alerts import MonitorAlertsResult

EPILOG = """
`ao monitor alerts`  look at them, keep and tell incidents, and refit the model where `[monitoring]` wants that

`ao monitor alerts --dry-run`  show the figures alone

A schedule does it by itself: `[schedules.watch]` with `at = "*/15 * * * *"` and `verb = "monitor alerts"`.
"""


def alerts(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the figures; keep, tell and do nothing.")] = False,
    log: Log = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="A baseline other than the project's.", show_default=False),
    ] = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Look at the alerts of ao.toml; an incident is told once when it begins, and once when it ends."""
    request = MonitorAlertsRequest(folder=project or Path(), tell=not dry_run, log=log, baseline=baseline)
    with signals_interrupt(), presented() as events:
        found = do(request, events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    _show(found)


def _show(found: MonitorAlertsResult) -> None:
    for each in found.found.measured:
        messages.result(f"{each.alert}: {each.state}. {each.says}")
    for incident in found.found.begun:
        messages.warning(f"Incident {incident.id} has begun: {incident.alert}. {incident.says}")
    for incident in found.found.ended:
        messages.success(f"Incident {incident.id} has ended: {incident.alert}. {incident.says}")
    going_on = len(found.found.open) - len(found.found.begun)
    if going_on:
        messages.note(f"{going_on} incidents go on: ao monitor incidents")
    if found.told:
        messages.success(f"Told: {', '.join(found.told)}.")
    if found.retrained is not None:
        show(found.retrained)
