"""`ao sim calibrate`: finds parameters by what was observed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from anops_control.events import CancelledError
from anops_control.verbs.sim.calibrate import SimCalibrateRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.sim.options import Json, Project, Scheduler, Workspace  # noqa: TC001  Typer reads them
from ao.presenting import presented, signals_cancel

if TYPE_CHECKING:
    from collections.abc import Mapping

EPILOG = """
`ao sim calibrate flu`  fit what `[calibrations.flu]` of ao.toml says

`ao sim calibrate flu --storage postgresql+psycopg://host/fits`  on several computers at once
"""


def calibrate(
    name: Annotated[str, typer.Argument(help="The calibration: `[calibrations.NAME]` of ao.toml.")],
    *,
    trials: Annotated[
        int | None, typer.Option("--trials", min=1, metavar="N", help="How many proposals in the whole range.",
                                 show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-j", min=1, metavar="N", help="How many simulations run at once.",
                                 show_default=False)
    ] = None,
    storage: Annotated[
        str | None, typer.Option("--storage", metavar="ADDRESS", help="The database that several computers share.")
    ] = None,
    scheduler: Scheduler = None,
    workspace: Workspace = None,
    project: Project = None,
    as_json: Json = False,
) -> ExitCode:  # fmt: skip
    """Find the parameters of a simulation that fit what was observed, and how sure they are.

    Proposals are simulated, compared with the data, and lead to better ones; then the neighbourhood of the best is
    looked at more closely, from which the intervals come. It goes on where it was ended.
    """
    request = SimCalibrateRequest(
        folder=project or Path(),
        name=name,
        trials=trials,
        workers=workers,
        storage=storage,
        scheduler=scheduler,
        workspace=workspace,
    )
    try:
        with presented() as events, signals_cancel(events):
            told = run(request, events).to_dict()
    except CancelledError as error:
        messages.plain(str(error))
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
    else:
        _show(told)
    return ExitCode.OK if told["done"] else ExitCode.PROBLEM


def _show(told: Mapping[str, Any]) -> None:
    for each in told["failures"]:
        messages.error(f"{each['count']} proposals failed: {each['message']}")
    for each in told["estimates"]:
        value = each["estimate"]
        text = f"{value:.5g}" if isinstance(value, float) else str(value)
        if each["low"] is not None:
            text += f"  ({told['level']:.0%} interval {each['low']:.5g} to {each['high']:.5g})"
        messages.result(f"{each['parameter']} = {text}")
    for note in told["notes"]:
        messages.note(note)
    messages.success(f"{told['done']} proposals of `{told['name']}` are done: {told['trials']}, {told['plot']}")
