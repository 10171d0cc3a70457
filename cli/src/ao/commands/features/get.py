"""`ao features get`: features of rows as of their times, or the newest of an entity."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.errors import CommandError
from anops_control.verbs.features.get import FeaturesGetRequest, run
from anops_model_interface.codes import Code

from ao import messages
from ao.commands.features.options import Json  # noqa: TC001  Typer reads it
from ao.presenting import presented

EPILOG = """
`ao features get accounts.balance --rows loans.csv --to training.csv`  as of each row's time

`ao features get accounts --key account=7`  the newest values of an account, if they still count
"""


def get(
    names: Annotated[list[str], typer.Argument(metavar="FEATURE…", help="`VIEW.FEATURE`, or a whole `VIEW`.")],
    *,
    keys: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="COL=VALUE", help="An entity; repeat it for each column.", show_default=False),
    ] = None,
    rows: Annotated[
        Path | None, typer.Option("--rows", metavar="FILE", help="Rows with the entity's columns and a time.")
    ] = None,
    time: Annotated[
        str | None, typer.Option("--time", metavar="COL", help="Their column of times. By default that of the view.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Where they are written: .csv or .parquet.")
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", metavar="DIR", help="The project; by default the one here.")
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Get features: of rows as of their times, or the newest of an entity, both by the view's time to live."""
    request = FeaturesGetRequest(
        folder=project or Path(), names=tuple(names), key=_key(keys), file=rows, time=time, to=to
    )
    with presented() as events:
        told = run(request, events).to_dict()
    if as_json:
        messages.result_json(told)
    elif "to" in told:
        messages.success(f"{told['rows']} rows are in {told['to']}.")
        for view, count in told["with_values"].items():
            messages.note(f"{count} of them have values of `{view}` that count at their time.")
    else:
        for view, found in told["views"].items():
            messages.result(f"{view}: {found['state']}" + (f", of {found['time']}" if found["time"] else ""))
            for name, value in found["values"].items():
                messages.result(f"  {view}.{name} = {'' if value is None else value}")
            if found["state"] == "missing" and "feast" not in found:
                messages.next_step(f"Bring in what the dataset has: ao features materialize {view}")


def _key(keys: list[str] | None) -> dict[str, str | int | float | bool] | None:
    if not keys:
        return None
    found: dict[str, str | int | float | bool] = {}
    for each in keys:
        name, sign, value = each.partition("=")
        if not sign:
            raise CommandError(f"`{each}` must be a column and its value, such as account=7.", code=Code.USAGE)
        found[name] = value
    return found
