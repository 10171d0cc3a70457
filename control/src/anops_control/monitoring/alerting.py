"""Evaluates the alerts of a project: incidents begin and end, and who is to be told is told once."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.monitoring import telling
from anops_control.monitoring.finding import require_forecasts, require_log, series_of
from anops_control.monitoring.measuring import FINE, FIRING, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from anops_project.sections.alerts import AlertSection

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.monitoring.finding import Series, Watched
    from anops_control.monitoring.incidents import Incident, Incidents
    from anops_control.monitoring.measuring import Measured
    from anops_control.monitoring.port import Monitor

INCIDENTS = "incidents.db"
"""The incidents, in the folder `.anops`."""
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What became of the alerts.

    Attributes:
        measured: Each figure.
        begun: Incidents that have begun.
        ended: Those that have ended.
        open: All that are open now.
    """

    measured: tuple[Measured, ...]
    begun: tuple[Incident, ...]
    ended: tuple[Incident, ...]
    open: tuple[Incident, ...]


def require_alerts(configuration: Configuration) -> Mapping[str, AlertSection]:
    """Return the alerts of ao.toml.

    Raises:
        CommandError: There is none.
    """
    if not configuration.alerts:
        raise CommandError(
            "There is no alert in ao.toml.",
            remedy='Add one: [alerts.drift] with watch = "drift" and above = 0.1.',
            code=Code.USAGE,
        )
    return configuration.alerts


def figures(who: Monitor, found: Watched, alerts: Mapping[str, AlertSection], now: float) -> tuple[Measured, ...]:
    """Return the figures that alerts watch.

    They are of the predictions of the fit that the baseline is of, where it has predicted in that time.

    Raises:
        CommandError: There is no log, no baseline, or no such column.
    """
    series = series_of(found)
    report = _predictions(who, found) if series is None else _forecasts(who, found, series)
    reports: dict[float, dict[str, Any]] = {}
    all_measured: list[Measured] = []
    for name, rule in alerts.items():
        if rule.days not in reports:
            reports[rule.days] = report(now - rule.days * _DAY_SECONDS)
        all_measured += measured(name, rule, reports[rule.days])
    return tuple(all_measured)


def _predictions(who: Monitor, found: Watched) -> Callable[[float], dict[str, Any]]:
    """Return what makes the report from a time on; it looks at the log and the baseline first."""
    log, schema = require_log(found), found.project.schema
    digest = who.baseline(found.baseline).get("digest") or None

    def report(since: float) -> dict[str, Any]:
        def of(fit: str | None) -> dict[str, Any]:
            days: dict[str, Any] = {"since": since, "until": math.inf, "digest": fit, "by_week": False}
            return who.report(log, found.archive, found.baseline, schema, **days, segment=None)

        told = of(digest)
        return told if told["rows"] or digest is None else of(None)

    return report


def _forecasts(who: Monitor, found: Watched, series: Series) -> Callable[[float], dict[str, Any]]:
    """Return what makes the report of forecasts from a time on."""
    store = require_forecasts(found, None)

    def report(since: float) -> dict[str, Any]:
        return who.report_of_forecasts(store, series, since=since, until=math.inf, digest=None, by_week=False)

    return report


def evaluated(store: Incidents, measures: tuple[Measured, ...], alerts: Mapping[str, AlertSection]) -> Evaluated:
    """Let incidents begin and end; those of an alert that is not in ao.toml any more end."""
    now, before = time.time(), store.open()
    seen = {(each.alert, each.subject) for each in measures}
    for each in measures:
        incident = before.get((each.alert, each.subject))
        if each.state == FIRING and incident is None:
            store.begin(each, alerts[each.alert].severity, now)
        elif each.state == FIRING and incident is not None:
            store.goes_on(incident, each)
        elif each.state == FINE and incident is not None:
            store.goes_on(incident, each)
            store.end(incident, now)
    for key, incident in before.items():
        if key not in seen and incident.alert not in alerts:
            store.end(incident, now)
    after = store.open()
    begun = tuple(incident for key, incident in after.items() if key not in before)
    gone = {incident.id for key, incident in before.items() if key not in after}
    ended = tuple(each for each in store.all() if each.id in gone)
    return Evaluated(measures, begun, ended, tuple(after.values()))


def tell(store: Incidents, configuration: Configuration, events: Events) -> list[str]:
    """Tell whoever is to be told, and return who was; who does not answer is told the next time."""
    project, section = configuration.project, configuration.monitoring
    about = {name: rule.description for name, rule in configuration.alerts.items()}
    told = []
    for who, address in telling.addresses(section).items():
        untold = store.untold(who)
        if who == "webhook":
            failures = list(_by_webhook(store, untold, address, configuration, about))
        else:
            going_on = [each for each in store.open().values() if each.id not in {one.id for one in untold}]
            alerts = [
                telling.alert_of(each, project, about.get(each.alert, ""), section.alertmanager_hours)
                for each in (*untold, *going_on)
            ]
            failed = telling.post(f"{address.rstrip('/')}/api/v2/alerts", alerts) if alerts else None
            failures = [failed] if failed else []
            if not failed:
                store.told(who, untold)
        if failures:
            events.warning(
                f"The {who} can't be told of {len(failures)} messages: {failures[0]}",
                remedy="Nothing is lost: they are sent the next time that alerts are checked.",
            )
        elif untold:
            told.append(who)
    return told


def _by_webhook(
    store: Incidents, untold: list[Incident], address: str, configuration: Configuration, about: Mapping[str, str]
) -> Iterator[str]:
    for each in untold:
        failed = telling.post(address, telling.message_of(each, configuration.project, about.get(each.alert, "")))
        if failed:
            yield failed
            return  # the others would wait for it in vain
        store.told("webhook", [each])
