"""`ao runs plot`: a metric of runs by its steps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.runs.plot import RunsPlotRequest, run

from ao import messages


def plot(
    runs: Annotated[list[str], typer.Argument(metavar="RUN…", help="Their ids, or the starts of these.")],
    *,
    metric: Annotated[str, typer.Option(metavar="NAME", help="The metric.")],
    to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The file (SVG); by default named after the metric.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write what was drawn as JSON.")] = False,
) -> None:
    """Draw a metric of runs by its steps, as an SVG file that a browser shows."""
    result = run(RunsPlotRequest(folder=Path(), runs=tuple(runs), metric=metric, to=to), Events())
    if as_json:
        messages.result_json(result.to_dict())
        return
    messages.success(f"Drawn: {result.file}")
