"""`ao series plot`: a fan chart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.series.plot import PlotSeriesRequest, run

from ao import messages
from ao.commands.series.options import ForecasterOption, JsonOption, LevelOption, RegressorsOption, pairs_of
from ao.looking.options import CaFileOption, KeyFileOption, UrlOption, key_in
from ao.looking.plots import drawn_fan
from ao.predicting.showing import show_warnings
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption  # noqa: TC001  Typer reads them

EPILOG = """
`ao series plot --horizon 12`  in the terminal

`ao series plot --horizon 12 --history history.csv --to fan.svg`  behind the history, as a picture

`ao series plot --horizon 3 --regressors future.csv`  of a model with regressors

What the service has observed is drawn too. Pictures need an extra: `ao extra add plot`.
"""


def plot(
    *,
    horizon: Annotated[int, typer.Option("--horizon", metavar="N", help="How many periods ahead.")] = 12,
    level: LevelOption = None,
    series: Annotated[
        str | None,
        typer.Option(
            "--series",
            metavar="NAME=VALUE",
            help="In a panel: the series, by its key, several key columns separated by commas.",
            show_default=False,
        ),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="FILE", help="Earlier values to draw, as CSV.", show_default=False),
    ] = None,
    regressors: RegressorsOption = None,
    forecaster: ForecasterOption = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Draw it into this file, .png or .svg.", show_default=False),
    ] = None,
    encoding: EncodingOption = None,
    separator: SeparatorOption = None,
    decimal: DecimalOption = None,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    ca_file: CaFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw what was observed of a series, and its forecast with intervals."""
    request = PlotSeriesRequest(
        folder=Path(),
        horizon=horizon,
        levels=tuple(level or ()),
        series=pairs_of(series, "--series") if series else (),
        history=history,
        regressors=regressors,
        forecaster=forecaster,
        to=to,
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
    show_warnings(made.warnings)
    if made.file is None:
        messages.result(drawn_fan(made))
    else:
        messages.success(f"Drew it into {made.file}.")
