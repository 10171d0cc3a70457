"""What `ao monitor` asks, by the entry point of the group `anops.monitoring`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from anops_series.port import SeriesIdentity

from anops_monitoring.archive import archived, forget, roll
from anops_monitoring.baseline import Baseline
from anops_monitoring.evidently_page import evidently_page
from anops_monitoring.exposition import exposed
from anops_monitoring.failures import MonitoringError
from anops_monitoring.forecasts import read_forecasts
from anops_monitoring.logged import read_log
from anops_monitoring.page import page_of
from anops_monitoring.report import report_of, report_of_forecasts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_model_interface.log_file import LogPlace
    from anops_model_interface.schema import Schema


class Monitor:
    """Statistics of a prediction log."""

    error = MonitoringError

    def keep_baseline(
        self,
        file: Path,
        *,
        inputs: Mapping[str, Sequence[Any]],
        outputs: Mapping[str, Sequence[Any]],
        outcome: Sequence[Any] | None,
        facts: Mapping[str, Any],
    ) -> int:
        """Keep a baseline, and return of how many rows."""
        return Baseline(inputs, outputs, outcome, facts).write(file).rows

    def baseline(self, file: Path) -> dict[str, Any]:
        """Return what is known of a baseline."""
        return dict(Baseline.read(file).facts)

    def report(
        self,
        log: LogPlace,
        archive: Path | None,
        baseline: Path,
        schema: Schema,
        *,
        since: float,
        until: float,
        digest: str | None,
        by_week: bool,
        segment: str | None,
    ) -> dict[str, Any]:
        """Compare a log with a baseline."""
        before = Baseline.read(baseline)
        earlier = [] if archive is None else archived(archive)
        logged = read_log(log, since=since, until=until, digest=digest, earlier=earlier)
        return report_of(logged, before, schema, by_week=by_week, segment=segment)

    def evidently(
        self,
        log: Path | str,
        archive: Path | None,
        baseline: Path,
        schema: Schema,
        *,
        since: float,
        until: float,
        digest: str | None,
    ) -> str:
        """Return Evidently's report of a log, as a page that stands alone."""
        earlier = [] if archive is None else archived(archive)
        logged = read_log(log, since=since, until=until, digest=digest, earlier=earlier)
        return evidently_page(logged, Baseline.read(baseline), schema)

    def report_of_forecasts(
        self,
        store: str,
        series: tuple[str, str, str, tuple[str, ...]],
        *,
        since: float,
        until: float,
        digest: str | None,
        by_week: bool,
    ) -> dict[str, Any]:
        """Compare forecasts with what was observed since."""
        logged = read_forecasts(store, SeriesIdentity(*series), since=since, until=until, digest=digest)
        return report_of_forecasts(logged, by_week=by_week)

    def known(self, log: LogPlace, *, since: float) -> list[dict[str, Any]]:
        """Return rows of a log whose outcome is known."""
        rows = read_log(log, since=since, until=math.inf).rows
        return [
            {"time": each.time, "inputs": each.inputs, "outcome": each.outcome}
            for each in rows
            if each.outcome is not None
        ]

    def roll(self, log: LogPlace, archive: Path, *, since: float, until: float) -> dict[str, int]:
        """Bring rows of a log into Parquet files by month."""
        earlier = archived(archive)
        return roll(archive, read_log(log, since=since, until=until, earlier=earlier).rows)

    def forget(self, archive: Path, *, request_id: str | None, key: Mapping[str, object] | None) -> int:
        """Delete from Parquet files what is of a request, or has a key."""
        return forget(archive, request_id=request_id, key=key)

    def page(self, report: dict[str, Any], title: str) -> str:
        """Return a report as a page that stands alone."""
        return page_of(report, title)

    def exposed(self, report: dict[str, Any], model: dict[str, str]) -> str:
        """Return a report's figures for Prometheus."""
        return exposed(report, model)


MONITOR = Monitor()
