"""`ao predict`: sends a file of rows to a running service and gives back the predictions."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_model_interface.errors import AnOpsError, Fault

from ao import messages
from ao.configuration import load
from ao.errors import CommandError
from ao.exit_codes import ExitCode
from ao.predicting.client import ARROW, CSV, JSON, ask, media_type_of, normal_url
from ao.predicting.showing import show_table, show_warnings

if TYPE_CHECKING:
    from anops_model_interface.errors import Problem

EPILOG = """
The file has a header with the names of the model's columns, and one row for each prediction. An empty cell or NA
is a missing value. The predictions have as many rows, in the same order. A file that ends in .arrow, .feather or
.arrows is sent as Arrow.

`ao predict cars.csv`  show the first predictions

`ao predict cars.csv > predictions.csv`  keep them all

`ao predict cars.csv --option interval=confidence`  ask the model for more
"""


def predict(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="The rows to predict, as CSV or Arrow; - reads CSV from a pipe.")
    ],
    *,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            help="Where the service is. By default on this computer, on the port of ao.toml, else 8080.",
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
            help="Write the predictions into a file: as Arrow if it ends in .arrows, else as CSV.",
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
    options = [_pair(each) for each in option or ()]
    target = normal_url(url) if url is not None else _own_url()
    media_type = media_type_of(file)
    accept = JSON if as_json else ARROW if output is not None and output.suffix.lower() == ".arrows" else CSV
    body = _read(file)
    try:
        answer = ask(target, body, media_type=media_type, options=options, accept=accept)
    except AnOpsError as error:
        problem = error.problem if media_type != CSV else _with_line(error.problem, file, body)
        raise AnOpsError.of(problem) from error
    show_warnings(answer.warnings)
    if output is not None:
        _write(output, answer.content if accept == ARROW else answer.content.rstrip(b"\n") + b"\n")
        messages.success(f"The predictions are in {output}.")
    elif sys.stdout.isatty() and not as_json:
        show_table(answer.content.decode())
    else:
        messages.result(answer.content.decode().rstrip("\n"))


def _pair(written: str) -> tuple[str, str]:
    name, sign, value = written.partition("=")
    if not sign or not name.strip():
        raise CommandError(
            f"`--option` must be NAME=VALUE, not `{written}`.",
            remedy="Write it as `--option interval=confidence`.",
            exit_code=ExitCode.USAGE,
        )
    return name.strip(), value.strip()


def _own_url() -> str:
    port = 8080
    with contextlib.suppress(CommandError):  # not in a project
        port = load().project.service.port or port
    return f"http://127.0.0.1:{port}"


def _read(file: str) -> bytes:
    if file == "-":
        if sys.stdin.isatty():
            messages.note("Reading rows from the keyboard; Ctrl-D ends them.")
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except FileNotFoundError as error:
        raise CommandError(f"There is no file `{file}`.", exit_code=ExitCode.USAGE) from error
    except IsADirectoryError as error:
        raise CommandError(f"`{file}` is a folder; it must be a file of rows.", exit_code=ExitCode.USAGE) from error
    except OSError as error:
        raise CommandError(f"Can't read `{file}`: {error.strerror}.", exit_code=ExitCode.USAGE) from error


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as error:
        raise CommandError(f"Can't write `{output}`: {error.strerror}.", exit_code=ExitCode.USAGE) from error


def _with_line(problem: Problem, file: str, body: bytes) -> Problem:
    """Say which line of the file the first row is, where that can be told without doubt."""
    row = next((fault.row for fault in problem.faults if fault.row is not None), None)
    if row is None or file == "-" or b'"' in body or b"\n\n" in body:
        return problem
    told = f"Row {row} is line {row + 1} of {file}, since line 1 is the header."
    return replace(problem, faults=(Fault(problem.code, told, row=row), *problem.faults))
