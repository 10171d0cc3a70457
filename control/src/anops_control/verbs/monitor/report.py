"""Tells whether rows, predictions and errors are still those that the model was fitted with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.file_failures import unwritable
from anops_control.monitoring.finding import moment, require_forecasts, require_log, series_of, watched
from anops_control.monitoring.port import monitor
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events
    from anops_control.monitoring.finding import Watched
    from anops_control.monitoring.port import Monitor


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorReportRequest:
    """What is looked at."""

    folder: Path
    """The project's folder."""
    since: str | None = None
    """From when on: a date or time as ISO 8601, or how long ago: 12h, 30d, 4w."""
    until: str | None = None
    """Until when, exclusive; written the same way."""
    segment: str | None = None
    """A column of the model; also report by its values."""
    weeks: bool = True
    """Also report by week, from Monday in UTC."""
    digest: str | None = None
    """Which fit of the model; by default all that have predicted."""
    html: Path | None = None
    """The file for a self-contained page."""
    evidently: Path | None = None
    """The file for Evidently's own report, which is an extra."""
    prometheus: Path | None = None
    """The file for figures in Prometheus's text form."""
    log: Path | None = None
    """A log other than the project's: a file."""
    baseline: Path | None = None
    """A baseline other than the project's: a file."""
    series_store: str | None = None
    """For a time series, a store of its forecasts and observations other than the project's: a file, or an address of
    PostgreSQL.
    """


@dataclass(frozen=True, slots=True)
class MonitorReportResult:
    """What was found.

    Attributes:
        report: All of it.
        files: The files that were written.
    """

    report: dict[str, Any]
    files: tuple[Path, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**self.report, "files": [str(each) for each in self.files]}


def run(request: MonitorReportRequest, events: Events) -> MonitorReportResult:
    """Compare the log with the baseline.

    Raises:
        CommandError: There is no log or baseline, or they don't fit each other; of a time series, no forecast.
    """
    with telling(events), monitor() as who:
        found = watched(request.folder, log=request.log, baseline=request.baseline)
        asked: dict[str, Any] = {
            "since": moment(request.since, otherwise=0.0),
            "until": moment(request.until, otherwise=math.inf),
            "digest": request.digest,
            "by_week": request.weeks,
        }
        series = series_of(found)
        if series is None:
            log = require_log(found)
            events.doing("Comparing what was predicted with the baseline")
            report = who.report(
                log,
                found.archive,
                found.baseline,
                found.project.schema,
                **asked,
                segment=request.segment,
            )
        else:
            store = require_forecasts(found, request.series_store)
            events.doing("Comparing what was forecast with what was observed")
            report = who.report_of_forecasts(store, series, **asked)
        theirs = None
        if request.evidently is not None:
            theirs = _evidently(who, found, asked, events)
        about = found.project.project
        written = []
        if request.html is not None:
            written.append(_written(request.html, who.page(report, f"{about.name} {about.version}")))
        if request.evidently is not None and theirs is not None:
            written.append(_written(request.evidently, theirs))
        if request.prometheus is not None:
            labels = {"model": about.name, "version": about.version}
            written.append(_written(request.prometheus, who.exposed(report, labels)))
        events.idle()
    return MonitorReportResult(report, tuple(written))


def _evidently(who: Monitor, found: Watched, asked: dict[str, Any], events: Events) -> str:
    if series_of(found) is not None:
        raise CommandError(
            "Evidently's report is not made of forecasts of a time series.",
            remedy="Write ours: --html FILE",
            code=Code.USAGE,
        )
    events.doing("Letting Evidently make its report")
    span = {name: asked[name] for name in ("since", "until", "digest")}
    return who.evidently(require_log(found), found.archive, found.baseline, found.project.schema, **span)


def _written(file: Path, text: str) -> Path:
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)  # who collects it never reads half of it
    except OSError as error:
        raise unwritable(error, file) from error
    return file


VERB = Verb("monitor report", "Check whether rows, predictions and errors are still those of the fit.",
            MonitorReportRequest, run)  # fmt: skip
