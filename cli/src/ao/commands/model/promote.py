"""`ao model promote`: an alias, and a version that passes its gates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.model.promote import ModelPromoteRequest, run

from ao import messages
from ao.commands.model.comparison_flags import Data, Metric, Target  # noqa: TC001  Typer reads them
from ao.presenting import presented, signals_interrupt

EPILOG = """
A version passes when `ao check` finds no error in it, its reference rows among that, and when it is better than the
version that the alias points to: the paired difference of a metric on the same rows, with an interval, by the rule
under `[tracking]` of ao.toml. The report is kept with the version; `ao model show` tells it.

`ao model promote demand/3 --data holdout.csv --target sales`  compare it on these rows with the champion

`ao model rollback demand`  let the alias point to the version before
"""


def promote(
    address: Annotated[str, typer.Argument(metavar="MODEL", help="The version: NAME, NAME@ALIAS or NAME/VERSION.")],
    *,
    alias: Annotated[str, typer.Option(metavar="ALIAS", help="The alias that is to point to it.")] = "champion",
    data: Data = None,
    target: Target = None,
    metric: Metric = None,
    no_checks: Annotated[bool, typer.Option("--no-checks", help="Leave out the rules of `ao check`.")] = False,
    no_comparison: Annotated[
        bool, typer.Option("--no-comparison", help="Do not compare it with the version before.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the report as JSON.")] = False,
) -> None:
    """Move an alias to a version that passes its gates."""
    request = ModelPromoteRequest(
        folder=Path(),
        address=address,
        alias=alias,
        data=data,
        target=target,
        metric=metric,
        checks=not no_checks,
        comparison=not no_comparison,
    )
    with signals_interrupt(), presented() as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    messages.success(f"{alias} of {result.version.model} is version {result.version.number}.")
    if "comparison" in result.report:
        messages.note(f"{result.report['comparison']['says']}.")
