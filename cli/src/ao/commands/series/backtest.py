"""`ao series backtest`: judges forecasts by what came later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from anops_control.verbs.series.backtest import BacktestRequest, run
from rich.table import Table

from ao import messages
from ao.commands.series.options import JsonOption, LevelOption  # noqa: TC001  Typer reads them
from ao.looking.options import CaFileOption, KeyFileOption, UrlOption, key_in
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption  # noqa: TC001  the same

if TYPE_CHECKING:
    from collections.abc import Mapping

EPILOG = """
The file is the whole history: what the model was fitted on, by which errors are scaled, and behind it what came later.
From each period behind the fit the model forecasts with what was known then, its parameters unchanged; beside it stand
the naive and the seasonal naive forecast. A MASE below 1 beats the average seasonal difference of the training data.

`ao series backtest history.csv --horizon 12`

`ao series backtest history.csv --horizon 12 --every 3 --level 90 --json`  every third origin, as JSON
"""


def backtest(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The whole history, as CSV.", show_default=False)],
    *,
    horizon: Annotated[
        int | None,
        typer.Option("--horizon", metavar="N", help="How many periods ahead; by default a season.", show_default=False),
    ] = None,
    every: Annotated[int, typer.Option("--every", metavar="N", help="How far apart the origins are, in periods.")] = 1,
    level: LevelOption = None,
    by_horizon: Annotated[bool, typer.Option("--by-horizon", help="Show each horizon, not only all together.")] = False,
    encoding: EncodingOption = None,
    separator: SeparatorOption = None,
    decimal: DecimalOption = None,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    ca_file: CaFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge a model's forecasts by what came after its fit, beside naive ones."""
    request = BacktestRequest(
        folder=Path(),
        file=file,
        horizon=horizon,
        every=every,
        levels=tuple(level or (80.0, 95.0)),
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        url=url,
        key=key_in(key_file),
        ca_file=ca_file,
    )
    with presented() as events:
        made = run(request, events)
    if as_json:
        messages.result_json(made.to_dict())
        return
    shown = [row for row in made.scores if by_horizon or row["horizon"] is None]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("forecast")
    if by_horizon:
        table.add_column("horizon", justify="right")
    names = [name for name in shown[0] if name not in {"method", "horizon"}]
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    for row in shown:
        horizons = [str(row["horizon"] or "all")] if by_horizon else []
        table.add_row(str(row["method"]), *horizons, *(_cell(row, name) for name in names))
    messages.result(f"{made.model}, horizons 1 to {made.horizon}, season {made.season}")
    messages.result_table(table)


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "-" if value is None else str(value) if name == "n" else f"{value:.4g}"
