"""`ao series observe`: tells a running service what was observed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.series.observe import ObserveRequest, run

from ao import messages
from ao.commands.series.options import JsonOption  # noqa: TC001  Typer reads it
from ao.looking.options import CaFileOption, KeyFileOption, UrlOption, key_in
from ao.predicting.given_rows import on_disk
from ao.predicting.showing import show_warnings
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption  # noqa: TC001  the same

EPILOG = """
The file has the columns of [series] in ao.toml: `time`, `value`, the keys of a panel, and the model's regressors. What
is known already changes nothing, so that a file may be sent again with rows added; all of it is taken in, or nothing.

`ao series observe sales.csv`  the forecasts that follow go on from it

`ao series observe sales.csv --corrections`  where a value has changed since
"""


def observe(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="The observations: CSV, Parquet or Arrow; - reads CSV from a pipe.")
    ],
    *,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Let a value replace another that was observed for the same time.")
    ] = False,
    encoding: EncodingOption = None,
    separator: SeparatorOption = None,
    decimal: DecimalOption = None,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    ca_file: CaFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell a running service what was observed of its series since the model was fitted."""
    with presented() as events, on_disk(file) as path:
        request = ObserveRequest(
            folder=Path(),
            file=path,
            corrections=corrections,
            encoding=encoding,
            separator=separator,
            decimal=decimal,
            url=url,
            key=key_in(key_file),
            ca_file=ca_file,
        )
        answer = run(request, events).to_dict()
    if as_json:
        messages.result_json(answer)
        return
    show_warnings(answer["warnings"])
    became = answer["observations"]
    told = [f"{became['new']} new", f"{became['same']} known already"]
    told += [f"{became['corrected']} corrected"] if became["corrected"] else []
    told += [f"{became['late']} of the new ones late"] if became["late"] else []
    messages.success(f"Observations: {', '.join(told)}.")
