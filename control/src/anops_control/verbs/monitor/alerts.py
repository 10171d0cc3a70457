"""Looks at the alerts of a project: incidents begin and end, and who is to be told is told once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.events import Events, telling
from anops_control.monitoring.alerting import INCIDENTS, Evaluated, evaluated, figures, require_alerts, tell
from anops_control.monitoring.finding import watched
from anops_control.monitoring.incidents import Incident, Incidents
from anops_control.monitoring.port import monitor
from anops_control.monitoring.retraining import Retrained, due, retrained
from anops_control.tracking.opening import FOLDER, own_folder
from anops_control.verbs.verb import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorAlertsRequest:
    """How they are looked at."""

    folder: Path
    """The project's folder."""
    tell: bool = True
    """Store incidents, notify whoever `[monitoring]` names, and refit the model where that is due. Otherwise only the
    figures are shown.
    """
    log: Path | None = None
    """A log other than the project's: a file."""
    baseline: Path | None = None
    """A baseline other than the project's: a file."""


@dataclass(frozen=True, slots=True)
class MonitorAlertsResult:
    """What became of them.

    Attributes:
        found: The figures and incidents.
        told: Who was told: "webhook", "alertmanager".
        retrained: What became of the model that was refitted; None where none was.
        failed: Why that failed.
    """

    found: Evaluated
    told: tuple[str, ...] = ()
    retrained: Retrained | None = None
    failed: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "figures": [each.to_dict() for each in self.found.measured],
            "begun": [each.to_dict() for each in self.found.begun],
            "ended": [each.to_dict() for each in self.found.ended],
            "open": [each.to_dict() for each in self.found.open],
            "told": list(self.told),
            "retrained": None if self.retrained is None else self.retrained.to_dict(),
            "failed": self.failed,
        }


def run(request: MonitorAlertsRequest, events: Events) -> MonitorAlertsResult:
    """Look at them.

    Raises:
        CommandError: There is no alert, log or baseline, or an alert names a column that is not there.
    """
    configuration = load(request.folder)
    alerts = require_alerts(configuration)
    with telling(events), monitor() as who:
        found = watched(request.folder, log=request.log, baseline=request.baseline)
        events.doing("Looking at what was predicted")
        measures = figures(who, found, alerts, time.time())
        events.idle()
        if not request.tell:
            return MonitorAlertsResult(Evaluated(measures, (), (), ()))
        own_folder(configuration.folder / FOLDER)
        store = Incidents(configuration.folder / FOLDER / INCIDENTS)
        with store.held():
            became = evaluated(store, measures, alerts)
            told = tuple(tell(store, configuration, events))
        causes = due(store, configuration, became.open)
        if not causes:
            return MonitorAlertsResult(became, told)
        made, failed = _retrained(request, store, causes, events)
        return MonitorAlertsResult(became, told, made, failed)


def _retrained(
    request: MonitorAlertsRequest, store: Incidents, causes: list[Incident], events: Events
) -> tuple[Retrained | None, str | None]:
    store.retrained(causes, time.time())  # one that fails is not begun again by the same incident
    try:
        return retrained(request.folder, events, log=request.log, because="; ".join(each.says for each in causes)), None
    except CommandError as error:
        events.warning(f"The model was not refitted: {error.message}", remedy=error.remedy)
        return None, error.message


VERB = Verb("monitor alerts", "Check the alerts, and report incidents that begin or end.",
            MonitorAlertsRequest, run)  # fmt: skip
