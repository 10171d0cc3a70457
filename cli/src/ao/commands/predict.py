"""`ao predict`: sends a file of rows to a running service and gives back the predictions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from anops_control.errors import CommandError
from anops_control.predicting.client import media_type_of
from anops_control.verbs.predict import PredictRequest, run
from anops_model_interface.codes import Code

from ao import messages
from ao.looking.options import key_in
from ao.predicting.given_rows import on_disk
from ao.predicting.showing import show_table, show_warnings
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption  # noqa: TC001  Typer reads them

EPILOG = """
The file has a header with the names of the model's columns, and one row for each prediction. An empty cell or NA
is a missing value. The predictions have as many rows, in the same order. A file may also be Parquet (.parquet) or Arrow
(.arrow, .feather, .arrows), of any size. Semicolons, tabs, decimal commas and marks between thousands are recognised,
with a note where that changes a number.

In a project, the service that `ao serve` runs for it is asked, and one that has another model, by name, version or
digest, is refused before any row is sent. A service that you name with `--url` is asked all the same, with a warning.

`ao predict cars.csv`  show the first predictions

`ao predict cars.csv --keep id > predictions.csv`  keep them all, each with the id of its row

`ao predict cars.csv --keep all --like-input --output out.csv`  beside all of the file's columns, written like it

`ao predict cars.csv --output out.csv --failed failed.csv`  all that can be predicted, of a file of any length

`ao predict cars.csv --model models:/mtcars-mpg@champion`  by a version of the registry, with no service running

`ao predict cars.csv --option interval=confidence`  ask the model for more
"""


def predict(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help="The rows to predict: CSV, Parquet or Arrow; - reads CSV from a pipe."),
    ],
    *,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            help="Where the service is. By default the one that `ao serve` runs for this project, else at the port of "
            "ao.toml.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="MODEL",
            help="Let a version of the registry predict, with no service: models:/NAME@ALIAS, models:/NAME/VERSION or "
            "runs:/ID/model.",
            show_default=False,
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            "-o",
            metavar="NAME=VALUE",
            help="An option of the model; repeat it for several.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write the predictions into a file: Arrow or Parquet if it ends in .arrows or .parquet, else CSV.",
            show_default=False,
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            "-k",
            metavar="COLUMN",
            help="Put this column of the file before the predictions; repeat it for several, or `all`.",
            show_default=False,
        ),
    ] = None,
    failed: Annotated[
        Path | None,
        typer.Option(
            "--failed",
            metavar="FILE",
            help="Put rows that can't be predicted into this CSV file, with the reasons, and predict the others. "
            "An interrupted run continues where it stopped. Needs --output.",
            show_default=False,
        ),
    ] = None,
    like_input: Annotated[
        bool, typer.Option("--like-input", help="Write CSV as the file is: separator, decimal mark, encoding.")
    ] = False,
    encoding: EncodingOption = None,
    separator: SeparatorOption = None,
    decimal: DecimalOption = None,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            metavar="FILE",
            help="The file with the key or token of a service that needs one; by default the environment variable "
            "ANOPS_KEY has it.",
            show_default=False,
        ),
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            "--ca-file",
            metavar="FILE",
            help="The certificate (PEM) of the authority behind a service with HTTPS, where the system does not know "
            "it.",
            envvar="ANOPS_CA_FILE",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Give the service's answer as JSON, with warnings and the model's version.")
    ] = False,
) -> None:
    """Get the predictions for a file of rows from a running service.

    Shows a table on a terminal, and writes CSV into a pipe or a file.
    """
    options = tuple(_pair(each) for each in option or ())
    form: Literal["csv", "json", "arrow"] = "csv"
    if as_json:
        form = "json"
    elif output is not None and output.suffix.lower() in {".arrows", ".parquet"}:
        form = "arrow"
    media_type_of(file)  # what is no file of rows is said before it is looked for
    with presented() as events, on_disk(file) as path:
        request = PredictRequest(
            file=path,
            folder=Path(),
            url=url,
            model=model,
            options=options,
            output=output,
            form=form,
            keep=tuple(keep or ()),
            failed=failed,
            like_input=like_input,
            encoding=encoding,
            separator=separator,
            decimal=decimal,
            key=key_in(key_file),
            ca_file=ca_file,
            called="the input" if file == "-" else file,
        )
        result = run(request, events)
        show_warnings(result.warnings)
        if result.output is not None:
            messages.success(f"The predictions are in {result.output}.")
            if result.failed:
                messages.warning(
                    f"{result.failed:,} of {result.rows:,} rows could not be predicted: they are in {result.failures} "
                    "with the reasons, and NA among the predictions."
                )
        elif sys.stdout.isatty() and form == "csv":
            show_table(result.lines)
        else:
            result.write(sys.stdout.buffer)


def _pair(written: str) -> tuple[str, str]:
    name, sign, value = written.partition("=")
    if not sign or not name.strip():
        raise CommandError(
            f"`--option` must be NAME=VALUE, not `{written}`.",
            remedy="Write it as `--option interval=confidence`.",
            code=Code.USAGE,
        )
    return name.strip(), value.strip()
