"""Shows how an experiment goes and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.events import CancelledError
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.presenting import presented, signals_cancel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_control.events import Events
    from anops_control.experiments.going import SimEnded


def ran(run: Callable[[Events], SimEnded], *, as_json: bool) -> ExitCode:
    """Run an experiment, show how it goes, and say how it ended."""
    try:
        with presented() as events, signals_cancel(events):
            told = run(events).to_dict()
    except CancelledError as error:
        messages.plain(str(error))
        return ExitCode.INTERRUPTED
    if as_json:
        messages.result_json(told)
    elif told["failed"] or told["summary_failures"]:
        show_failures(told)
        messages.warning(
            f"{told['done']} runs of `{told['name']}` are done, {told['failed']} failed: {told['results']}",
            remedy=_then(told),
        )
    else:
        messages.success(f"{told['done']} runs of `{told['name']}` are done: {told['results']}")
        if told["summary"]:
            messages.note(f"What was made of each parameter set: {told['summary']}")
    return ExitCode.PROBLEM if told["failed"] or told["summary_failures"] else ExitCode.OK


def _then(told: Mapping[str, Any]) -> str:
    name = told["name"]
    if told["failed"]:
        return f"Fix the function, then run what failed: ao sim resume {name}"
    return (
        f"Fix the function that `aggregate` in ao.toml names, then go on: ao sim resume {name}; "
        f"or fix that name, then run it again: ao sim run {name}"
    )


def show_failures(told: Mapping[str, Any]) -> None:
    """Show what failed, and where in the person's code."""
    for each in told["failures"]:
        more = f", and {each['count'] - 1} more" if each["count"] > 1 else ""
        messages.error(
            f"{each['message']} (parameter set {each['point']}, replicate {each['replicate']}{more})",
            details=[line for line in (each["where"], *(each["trace"] or "").splitlines()) if line],
        )
    for each in told["summary_failures"]:
        messages.error(
            f"{each['message']} (all runs of parameter set {each['point']})",
            details=[line for line in (each["where"], *(each["trace"] or "").splitlines()) if line],
        )
