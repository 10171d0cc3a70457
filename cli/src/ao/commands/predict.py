"""`ao predict`: sends a file of rows to a running service and gives back the predictions."""

from __future__ import annotations

import codecs
import contextlib
import io
import sys
from dataclasses import replace
from pathlib import Path  # noqa: TC003  Typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import typer
from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.predicting.client import ARROW, CSV, JSON, ask, media_type_of, model_columns, normal_url
from anops_control.predicting.joining import Joined
from anops_control.predicting.right_model import check_given, own_service
from anops_control.predicting.sent_file import SentFile
from anops_control.tables.asking import settled_dialect
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Fault

from ao import messages
from ao.predicting.given_rows import on_disk
from ao.predicting.showing import show_table, show_warnings
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption, asked_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

    from anops_control.predicting.client import Answer
    from anops_model_interface.errors import Problem

EPILOG = """
The file has a header with the names of the model's columns, and one row for each prediction. An empty cell or NA
is a missing value. The predictions have as many rows, in the same order. A file that ends in .arrow, .feather or
.arrows is sent as Arrow. Semicolons, tabs, decimal commas and marks between thousands are recognised, and it is said
where that changes a number.

In a project, the service that `ao serve` runs for it is asked, and one that has another model, by name, version or
digest, is refused before any row is sent. A service that you name with `--url` is asked all the same, with a warning.

`ao predict cars.csv`  show the first predictions

`ao predict cars.csv --keep id > predictions.csv`  keep them all, each with the id of its row

`ao predict cars.csv --keep all --like-input --output out.csv`  beside all of the file's columns, written like it

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
            help="Where the service is. By default the one that `ao serve` runs for this project, else at the port of "
            "ao.toml.",
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
    like_input: Annotated[
        bool, typer.Option("--like-input", help="Write CSV as the file is: separator, decimal mark, encoding.")
    ] = False,
    encoding: EncodingOption = None,
    separator: SeparatorOption = None,
    decimal: DecimalOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Give the service's answer as JSON, with warnings and the model's version.")
    ] = False,
) -> None:
    """Get the predictions for a file of rows from a running service.

    Shows a table on a terminal, and writes CSV into a pipe or a file.
    """
    options = [_pair(each) for each in option or ()]
    with presented():
        target = _service(url)
    media_type = media_type_of(file)
    asked = asked_of(encoding, separator, decimal)
    accept = JSON if as_json else ARROW if output is not None and output.suffix.lower() == ".arrows" else CSV
    with on_disk(file) as path:
        inputs, outputs = model_columns(target)
        name = "the input" if file == "-" else file
        sent = SentFile(path, name, media_type)
        if media_type == CSV:
            numbers = frozenset(each for each, kind in inputs.items() if kind in {"number", "integer"})
            with presented():
                found = settled_dialect(path, name, asked, names=inputs, numbers=numbers if inputs else None)
            sent = SentFile(path, name, media_type, found)
        chosen = sent.chosen(keep or ())
        numeric = frozenset(each for each, kind in outputs.items() if kind in {"number", "integer"})
        joined = Joined(sent, chosen, like_input and media_type == CSV, numeric if outputs else None)
        try:
            answer = ask(target, sent.body, size=sent.size, media_type=media_type, options=options, accept=accept)
        except AnOpsError as error:
            problem = error.problem if media_type != CSV else _with_line(error.problem, file, sent)
            raise AnOpsError.of(problem) from error
        show_warnings(_without_kept(answer.warnings, chosen))
        with answer.content:
            _give(answer, joined, accept, output)


def _without_kept(warnings: Iterable[dict[str, Any]], kept: Sequence[str]) -> list[dict[str, Any]]:
    """Leave out that kept columns are not used by the model: that is why they are kept."""
    return [each for each in warnings if each.get("column") not in kept or "was ignored" not in each.get("message", "")]


def _give(answer: Answer, joined: Joined, accept: str, output: Path | None) -> None:
    """Write the answer where it is wanted."""
    if accept == ARROW and output is not None:
        with _writing(output):
            joined.write_arrow(answer.content, output)
        messages.success(f"The predictions are in {output}.")
        return
    text = io.TextIOWrapper(answer.content, encoding="utf-8", newline="")
    whole = accept == JSON and not joined.kept
    lines = text if whole else joined.json_text(text) if accept == JSON else joined.csv_lines(text)
    if output is None and sys.stdout.isatty() and accept == CSV:
        show_table(lines)
        return
    encoding = joined.file.output_encoding if joined.like_input and accept == CSV else "utf-8"
    if output is None:
        _write(lines, sys.stdout.buffer, encoding, ends=accept == JSON)
        return
    with _writing(output), output.open("wb") as target:
        _write(lines, target, encoding, ends=accept == JSON)
    messages.success(f"The predictions are in {output}.")


def _write(lines: Iterable[str], target: BinaryIO, encoding: str, *, ends: bool) -> None:
    encoder = codecs.getincrementalencoder(encoding)()
    try:
        target.writelines(encoder.encode(line) for line in lines)
        if ends:  # JSON has no line end of its own
            target.write(encoder.encode("\n"))
    except UnicodeEncodeError as error:
        raise CommandError(
            f"The predictions hold {error.object[error.start]!r}, which the encoding {encoding} does not have.",
            code=Code.FILE_UNWRITABLE,
            remedy="Leave out --like-input.",
        ) from error
    target.flush()


@contextlib.contextmanager
def _writing(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(f"Can't write `{output}`: {error.strerror}.", code=Code.FILE_UNWRITABLE) from error


def _pair(written: str) -> tuple[str, str]:
    name, sign, value = written.partition("=")
    if not sign or not name.strip():
        raise CommandError(
            f"`--option` must be NAME=VALUE, not `{written}`.",
            remedy="Write it as `--option interval=confidence`.",
            code=Code.USAGE,
        )
    return name.strip(), value.strip()


def _service(url: str | None) -> str:
    """Return whom to ask: whom the person named, else the service of the project they are in, else port 8080."""
    given = None if url is None else normal_url(url)
    try:
        configuration = load()
    except CommandError:  # not in a project
        return given or "http://127.0.0.1:8080"
    if given is None:
        return own_service(configuration)
    check_given(given, configuration)
    return given


def _with_line(problem: Problem, file: str, sent: SentFile) -> Problem:
    """Say which line of the file the first row is, where that can be told without doubt."""
    row = next((fault.row for fault in problem.faults if fault.row is not None), None)
    if row is None or file == "-":
        return problem
    with sent.path.open("rb") as source:
        before, lines = b"", 1 + sent.dialect.told_separator
        for i, line in enumerate(source):
            before = line
            if b'"' in line or not line.strip():
                return problem
            if i > row + 1:
                break
    if sent.dialect.encoding == "utf-16" or not before:
        return problem
    header = "the header" if lines == 1 else "the separator and line 2 the header"
    told = f"Row {row} is line {row + lines} of {file}, since line 1 is {header}."
    told_line = Fault(problem.code, told, row=row)
    return replace(problem, faults=(problem.faults[0], told_line, *problem.further_faults))
