"""Draws a metric of runs by its steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.tracking.drawing import drawn
from anops_control.tracking.looking import metric_of, plain, run_of, sent_and_kept
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsPlotRequest:
    """What is drawn."""

    folder: Path
    """The project's folder."""
    runs: tuple[str, ...]
    """Ids of runs, or the starts of these."""
    metric: str
    """The metric."""
    to: Path | None = None
    """The file (SVG); by default it is named after the metric."""


@dataclass(frozen=True, slots=True)
class RunsPlotResult:
    """The drawing.

    Attributes:
        file: Where it is.
        series: The values of each run, as pairs of step and value.
    """

    file: Path
    series: dict[str, list[tuple[int, float]]]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        series = {run: [[step, plain(value)] for step, value in points] for run, points in self.series.items()}
        return {"file": str(self.file), "series": series}


def run(request: RunsPlotRequest, events: Events) -> RunsPlotResult:
    """Draw a metric.

    Raises:
        CommandError: There is no such run or metric, or who keeps them is away.
    """
    del events
    with sent_and_kept(request.folder) as (_, keeper):
        runs = [run_of(keeper, each) for each in request.runs]
        metric = metric_of(runs, request.metric)
        series = {
            f"{each.name} ({each.id[:8]})": [(point.step, point.value) for point in keeper.points(each.id, metric)]
            for each in runs
            if metric in each.metrics
        }
    file = request.to or request.folder / f"{metric.replace('/', '-').replace(' ', '-')}.svg"
    file.write_text(drawn(metric, series), encoding="utf-8")
    return RunsPlotResult(file, series)


VERB = Verb("runs plot", "Draw a metric of runs by its steps.", RunsPlotRequest, run)
