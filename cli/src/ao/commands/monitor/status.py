"""`ao monitor status`: what is kept of a served model."""

from __future__ import annotations

from pathlib import Path

from anops_control.events import Events
from anops_control.verbs.monitor.status import MonitorStatusRequest, run

from ao import messages
from ao.commands.monitor.options import Json, Log, Project  # noqa: TC001  Typer reads them

EPILOG = """
`ao monitor status`  how much is kept, of which fits, how many outcomes are known, and the baseline
"""


def status(*, log: Log = None, project: Project = None, as_json: Json = False) -> None:
    """Show what is stored of a served model's predictions and outcomes."""
    found = run(MonitorStatusRequest(folder=project or Path(), log=log), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    if found.log is None:
        messages.note('No predictions are kept: set log_predictions = "values" under [service] in ao.toml.')
    else:
        messages.result(f"{found.log}: {found.bytes / 1e6:.1f} MB, {found.outcomes} outcomes, {found.dropped} dropped")
    for each in found.fits:
        messages.result(
            f"  {each['model']} {each['version']} ({each['digest'][7:19]}): {each['rows']} rows in {each['requests']} "
            f"requests, {each['rows_with_values']} with their values; {each['first']} to {each['last']}"
        )
    if found.baseline is None:
        messages.note("There is no baseline.")
        messages.next_step("Keep rows that the model was fitted on: ao monitor baseline FILE.csv")
    else:
        messages.result(
            f"Baseline: {found.baseline['rows']} rows of {found.baseline['source']}, {found.baseline['made']}"
        )
