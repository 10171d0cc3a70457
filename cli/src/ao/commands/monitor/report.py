"""`ao monitor report`: drift, promised intervals, errors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from anops_control.verbs.monitor.report import MonitorReportRequest, run

from ao import messages
from ao.commands.monitor.options import Json, Log, Project  # noqa: TC001  Typer reads them
from ao.presenting import presented

if TYPE_CHECKING:
    from collections.abc import Iterator

EPILOG = """
`ao monitor report`  all that was kept

`ao monitor report --since 30d --html report.html`  the last 30 days, and a page that stands alone

`ao monitor report --segment region`  by the values of the column `region`, too
"""


def report(
    *,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="From when on: 2026-11-21, or 30d.", show_default=False),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Until when, exclusive.", show_default=False)
    ] = None,
    segment: Annotated[
        str | None,
        typer.Option("--segment", metavar="COLUMN", help="Report by the values of a column, too.", show_default=False),
    ] = None,
    weeks: Annotated[bool, typer.Option("--weeks/--no-weeks", help="Report by week, too.")] = True,
    digest: Annotated[
        str | None, typer.Option("--digest", metavar="SHA256", help="For one fit only.", show_default=False)
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, too.", show_default=False)
    ] = None,
    evidently: Annotated[
        Path | None, typer.Option("--evidently", metavar="FILE", help="Write Evidently's page.", show_default=False)
    ] = None,
    prometheus: Annotated[
        Path | None,
        typer.Option("--prometheus", metavar="FILE", help="Write figures for Prometheus.", show_default=False),
    ] = None,
    log: Log = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="A baseline other than the project's.", show_default=False),
    ] = None,
    series_store: Annotated[
        str | None,
        typer.Option(
            "--series-store", metavar="STORE", help="A store of forecasts other than the project's.", show_default=False
        ),
    ] = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Report whether rows, predictions and errors are still like those of the fit."""
    request = MonitorReportRequest(
        folder=project or Path(),
        since=since,
        until=until,
        segment=segment,
        weeks=weeks,
        digest=digest,
        html=html,
        evidently=evidently,
        prometheus=prometheus,
        log=log,
        baseline=baseline,
        series_store=series_store,
    )
    with presented() as events:
        found = run(request, events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    told = found.report
    messages.result(f"{told['rows']} rows in {told['requests']} requests, {told['outcomes']} with their outcome")
    for window in (told["whole"], *told["weeks"], *told["segments"]):
        messages.result(f"{_TITLES.get(window['name'], window['name'])}: {window['rows']} rows")
        for line in _lines(window):
            messages.result(f"  {line}")
    for each in told["findings"]:
        messages.warning(each["says"])
    if told["says"]:
        messages.note(told["says"])
    for note in told["notes"]:
        messages.note(note)
    for file in found.files:
        messages.success(f"Wrote {file}.")


_TITLES = {"all": "The whole time"}


def _lines(window: dict[str, Any]) -> Iterator[str]:
    for each in (*window["columns"], *window["predictions"]):
        if each["distance"] is None:
            yield f"{each['column']}: {each['skipped']}"
            continue
        distance, test = each["distance"], each["test"]
        low, high = distance["interval"]
        tested = "" if test is None else f", {test['test']} {test['statistic']:.3g}, p {_p(test['p_corrected'])}"
        yield (
            f"{each['column']}: {each['verdict']}; {distance['measure']} {distance['value']:.3f} "
            f"({low:.3f} to {high:.3f}){tested}"
        )
    for each in window["coverage"]:
        low, high = each["interval"]
        yield (
            f"{each['kind']} {100 * each['promised']:g} %: {each['skipped'] or each['verdict']}; "
            f"{100 * each['share']:.1f} % ({100 * low:.1f} to {100 * high:.1f}) of {each['rows']} outcomes"
        )
    pit = window["pit"]
    if pit is not None:
        tested = pit["note"] if pit["p"] is None else f"chi-square, p {_p(pit['p'])}"
        shares = ", ".join(f"{100 * each['observed']:.1f} ({100 * each['expected']:.3g})" for each in pit["bins"])
        yield f"outcomes between the limits, in % (promised): {shares}; {tested}"
    for part, before in (("performance", ""), ("estimate", "estimated ")):
        found = window[part]
        if found is None:
            continue
        if found["skipped"]:
            yield f"{part}: {found['skipped']}"
        for each in found["metrics"]:
            span = "" if each["interval"] is None else " ({:.4g} to {:.4g})".format(*each["interval"])
            yield f"{before}{each['metric']}: {each['value']:.4g}{span}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
