"""`ao deploy compare`: a challenger beside the champion, while both answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from anops_control.events import CancelledError
from anops_control.verbs.deploy.compare import DeployCompareRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.commands.deploy.options import Environment, Json  # noqa: TC001  Typer reads them
from ao.presenting import presented, signals_cancel

if TYPE_CHECKING:
    from collections.abc import Mapping

EPILOG = """
`ao deploy compare live`  how both are doing, and what to conclude

`ao deploy compare live --apply`  the same, and do it: let the challenger take over, or take it out

`ao deploy compare live --apply --every 60`  check every minute until something can be concluded
"""

_NEXT = {
    "promote": "It can take over: ao deploy compare {} --apply",
    "stop": "Take it out: ao deploy compare {} --apply",
    "wait": "Nothing can be concluded yet. Both continue.",
}


def compare(
    environment: Environment,
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Act on the result: let the challenger take over, or take it out.")
    ] = False,
    every: Annotated[
        float | None,
        typer.Option(
            "--every", metavar="SECONDS", help="Check again after so many seconds, until something can be concluded.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> ExitCode:  # fmt: skip
    """Compare a challenger with the version that it may replace, while both answer.

    The interval is always valid: you may look as often as you like, and act at any look. The rule is that of
    `[tracking]` (`metric`, `better`, `margin`, `level`), and `max_errors` and `least_outcomes` of the environment.
    """
    try:
        with presented() as events, signals_cancel(events):
            request = DeployCompareRequest(folder=Path(), environment=environment, apply=apply, every_seconds=every)
            told = run(request, events).to_dict()
    except CancelledError:
        messages.plain("Stopped; nothing was changed.")
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
        return ExitCode.OK
    _show(told)
    if told["applied"]:
        done = "has taken over" if told["decision"] == "promote" else "was taken out"
        messages.success(f"The challenger {done} in `{environment}`.")
    else:
        messages.note(_NEXT[told["decision"]].format(environment))
    return ExitCode.OK


def _show(told: Mapping[str, Any]) -> None:
    how = "as a shadow" if told["shadow"] else f"with {told['share']:.0%} of the requests"
    messages.result(f"{told['environment']}: since {told['since']}, the challenger {how}")
    metric = told["metric"] or "metric"
    messages.result(f"  {'':<12}{'version':<16}{'requests':>9}{'failed':>8}{'outcomes':>10}  {metric}")
    for name in ("champion", "challenger"):
        each = told[name]
        value = "-" if each["value"] is None else f"{each['value']:.4g}"
        which = f"{each['number']} ({each['version']})"
        messages.result(
            f"  {name:<12}{which:<16}{each['requests']:>9}{each['failures']:>8}{each['outcomes']:>10}  {value}"
        )
    messages.result(f"  {told['says'][0].upper()}{told['says'][1:]}.")
    if told["left_out"]:
        messages.result(
            f"  Outcomes left out: {told['left_out']}, of requests that named a version, or came while one was away."
        )
    if told["low"] is not None:
        messages.result(f"  Interval: {told['method']}, {told['observations']} observations.")
