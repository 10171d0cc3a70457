"""`ao series forecast`: asks a running service for a forecast."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from anops_control.file_failures import unwritable
from anops_control.verbs.series.forecast import ForecastRequest, run

from ao import messages
from ao.commands.series.options import ForecasterOption, JsonOption, LevelOption, RegressorsOption, pairs_of
from ao.looking.options import CaFileOption, KeyFileOption, UrlOption, key_in
from ao.predicting.showing import show_table, show_warnings
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption  # noqa: TC001  Typer reads them

if TYPE_CHECKING:
    from collections.abc import Iterator

EPILOG = """
`ao series forecast --horizon 12`  twelve periods, with intervals of 80 and 95 percent

`ao series forecast --end 2027-06-01 --level 90 --output forecast.csv`  until a time

`ao series forecast --horizon 3 --regressors future.csv`  of a model with regressors: a row for each period

`ao series forecast --horizon 3 --series shop=7 --series shop=9`  of two series of a panel
"""


def forecast(
    *,
    horizon: Annotated[
        int | None, typer.Option("--horizon", metavar="N", help="How many periods.", show_default=False)
    ] = None,
    end: Annotated[
        str | None, typer.Option("--end", metavar="TIME", help="The time until which to forecast.", show_default=False)
    ] = None,
    level: LevelOption = None,
    series: Annotated[
        list[str] | None,
        typer.Option(
            "--series",
            metavar="NAME=VALUE",
            help="In a panel: a series by its key, several key columns separated by commas; repeat it for several.",
            show_default=False,
        ),
    ] = None,
    regressors: RegressorsOption = None,
    forecaster: ForecasterOption = None,
    simulate: Annotated[
        int | None, typer.Option("--simulate", metavar="N", help="Draw so many paths.", show_default=False)
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="With the same seed, the same paths.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write the forecast into this CSV file.", show_default=False),
    ] = None,
    encoding: EncodingOption = None,
    separator: SeparatorOption = None,
    decimal: DecimalOption = None,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    ca_file: CaFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Get a forecast with intervals from a running service.

    It goes on from what the service has observed.
    """
    request = ForecastRequest(
        folder=Path(),
        horizon=horizon,
        end=end,
        levels=tuple(level or ()),
        keys=tuple(pairs_of(each, "--series") for each in series or ()),
        regressors=regressors,
        forecaster=forecaster,
        simulate=simulate,
        seed=seed,
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
    show_warnings(made.answer["warnings"])
    if output is not None:
        try:
            output.write_text("".join(_lines(made.rows)), encoding="utf-8")
        except OSError as error:
            raise unwritable(error, output) from error
        messages.success(f"Wrote the forecast into {output}.")
    else:
        show_table(_lines(made.rows))


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0] if rows else [])
    writer.writerows(["NA" if value is None else value for value in row.values()] for row in rows)
    yield from text.getvalue().splitlines(keepends=True)
