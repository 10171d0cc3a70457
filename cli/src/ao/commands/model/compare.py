"""`ao model compare`: two versions on the same rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.model.compare import ModelCompareRequest, run

from ao import messages
from ao.commands.model.comparison_flags import Data, Metric, Target  # noqa: TC001  Typer reads them
from ao.presenting import presented, signals_interrupt


def compare(
    champion: Annotated[str, typer.Argument(metavar="CHAMPION", help="The current version: NAME@champion.")],
    challenger: Annotated[str, typer.Argument(metavar="CHALLENGER", help="The other: NAME/VERSION.")],
    *,
    data: Data = None,
    target: Target = None,
    metric: Metric = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON.")] = False,
) -> None:
    """Compare two versions by statistics: the paired difference of a metric on the same rows, with an interval."""
    request = ModelCompareRequest(
        folder=Path(), champion=champion, challenger=challenger, data=data, target=target, metric=metric
    )
    with signals_interrupt(), presented() as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    messages.result(result.says)
    messages.result("A promotion would be granted." if result.enough else "A promotion would be refused.")
