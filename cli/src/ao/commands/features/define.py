"""`ao features define`: writes a feature view into ao.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.features.define import FeaturesDefineRequest, run

from ao import messages
from ao.commands.features.options import Json  # noqa: TC001  Typer reads it
from ao.presenting import presented

EPILOG = """
`ao features define accounts --dataset balances --entity account --time at --ttl "2 d"`
"""


def define(
    name: Annotated[str, typer.Argument(metavar="VIEW", help="What it is called.")],
    *,
    dataset: Annotated[str, typer.Option("--dataset", metavar="NAME", help="The dataset that has the values.")],
    entity: Annotated[
        list[str], typer.Option("--entity", metavar="COL", help="The column that says whom a row is about; repeat it.")
    ],
    time: Annotated[
        str, typer.Option("--time", metavar="COL", help="The column that says from when on the values are known.")
    ],
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="COL", help="A feature; by default all other columns.", show_default=False),
    ] = None,
    ttl: Annotated[
        str | None, typer.Option("--ttl", metavar="TIME", help="How long a value counts: `12 h`, `2 d`.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option("--zone", metavar="ZONE", help="The zone of times that have none. By default UTC.")
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Write a feature view into ao.toml, after a look at its dataset."""
    request = FeaturesDefineRequest(
        folder=Path(), name=name, dataset=dataset, entity=tuple(entity), time=time, columns=tuple(columns or ()),
        ttl=ttl, time_zone=time_zone,
    )  # fmt: skip
    with presented() as events:
        told = run(request, events).to_dict()
    if as_json:
        messages.result_json(told)
        return
    messages.success(f"[features.{name}] is in ao.toml: {', '.join(told['features'])}.")
    messages.next_step(f"Keep the newest values for use online: ao features materialize {name}")
