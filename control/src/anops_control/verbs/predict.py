"""Asks a running service for the predictions of a file of rows."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control.configuration import load
from anops_control.datasets.progress import advancing
from anops_control.errors import CommandError
from anops_control.events import Events, telling
from anops_control.file_failures import unwritable
from anops_control.predicting.arrow_wire import NotCertainError, arrow_body, may_go_as_arrow
from anops_control.predicting.client import (
    ARROW,
    CSV,
    JSON,
    ask,
    media_type_in,
    model_schema,
    normal_url,
)
from anops_control.predicting.file_lines import with_line
from anops_control.predicting.joining import Joined
from anops_control.predicting.piecewise import Asking, Piecewise, require_two_files
from anops_control.predicting.predicted import PredictResult
from anops_control.predicting.right_model import check_given, own_service
from anops_control.predicting.sent_file import SentFile
from anops_control.predicting.served_meanwhile import served_meanwhile
from anops_control.predicting.trust import Trust, trusting
from anops_control.tables.dialect import asked_of
from anops_control.tables.dialect_questions import settled_dialect
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from anops_control.datasets.port import Advance
    from anops_control.predicting.client import ServedAnswer

_LONG_BYTES = 1 << 22
"""Of a larger file it is told how much has been sent."""
_OF_THE_BODY = frozenset({Code.BODY_SHAPE, Code.BODY_SYNTAX, Code.BODY_TOO_LARGE, Code.MEDIA_TYPE})
_MEDIA = {"csv": CSV, "json": JSON, "arrow": ARROW}


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictRequest:
    """Which rows are to be predicted, by whom, and how the answer is written."""

    file: Path
    """The rows, as CSV, Parquet or Arrow."""
    folder: Path
    """The project whose service is asked; a folder that is in no project: the service at port 8080."""
    url: str | None = None
    """Where the service is; by default the one that serves this project, else at the port of ao.toml."""
    model: str | None = None
    """A version of the registry that predicts, with no service: models:/NAME@ALIAS, models:/NAME/VERSION,
    runs:/ID/model."""
    options: tuple[tuple[str, str], ...] = ()
    """Options of the model: names and values."""
    output: Path | None = None
    """The file that is written; without it the answer is returned."""
    form: Literal["csv", "json", "arrow"] = "csv"
    """What the answer is written as."""
    keep: tuple[str, ...] = ()
    """Columns of the file that are put before the predictions, or `all`."""
    failed: Path | None = None
    """A CSV file for rows that can't be predicted, with the reasons; the others are predicted all the same, and an
    interrupted run continues where it stopped. The rows and their predictions may be CSV, Arrow or Parquet.
    """
    like_input: bool = False
    """Write CSV as the file is: separator, decimal mark, encoding."""
    encoding: str | None = None
    """The encoding of the file, such as cp1252."""
    separator: str | None = None
    """The character between its cells."""
    decimal: Literal[".", ","] | None = None
    """Its decimal mark."""
    key: str | None = field(default=None, repr=False)
    """A key of the service, or a token of its identity provider; it is not kept."""
    ca_file: Path | None = None
    """Certificates of authorities that are trusted over HTTPS; by default those that the system trusts."""
    called: str | None = None
    """What messages call the file; by default its path."""


def run(request: PredictRequest, events: Events) -> PredictResult:
    """Ask for the predictions of a file.

    Raises:
        CommandError: The file can't be read or the service not be reached, or it has another model.
        AnOpsError: The service refused, or the model failed.
    """
    if request.model is not None:
        return _by_version(request, request.model, events)
    with telling(events), trusting(None if request.ca_file is None else Trust(request.ca_file)):
        target, key, trust = _service(request)
        with trusting(trust):
            return _run(request, target, key, events)


def _by_version(request: PredictRequest, model: str, events: Events) -> PredictResult:
    """Let a version of the registry predict, in a service that is there for this alone."""
    if request.url is not None:
        raise CommandError(
            "Either a service predicts or a version of the registry.",
            remedy="Leave out --url or --model.",
            code=Code.USAGE,
        )
    with telling(events), served_meanwhile(request.folder, model, events) as url, trusting(None):
        return _run(request, url, None, events).held()


def _run(request: PredictRequest, target: str, key: str | None, events: Events) -> PredictResult:
    name = request.called or str(request.file)
    media_type, accept = media_type_in(request.file), _MEDIA[request.form]
    asked = asked_of(request.encoding, request.separator, request.decimal)
    schema = model_schema(target, key)
    inputs, outputs = schema["inputs"], schema["outputs"]
    sent = SentFile(request.file, name, media_type)
    if request.file.stat().st_size > _LONG_BYTES:
        sent = replace(sent, advance=_sending(events, name))
    if media_type == CSV:
        numbers = _numeric(inputs)
        found = settled_dialect(request.file, name, asked, names=list(inputs), numbers=numbers if inputs else None)
        sent = replace(sent, dialect=found)
    chosen = sent.chosen(request.keep)
    unused = [name for name in chosen if name not in inputs]
    if request.failed is not None:
        asking = Asking(target, key, request.options)
        made = _piecewise(request, request.failed, sent, chosen, asking, events)
        return replace(made, warnings=_without_kept(made.warnings, unused))
    like_input = request.like_input and media_type == CSV
    joined = Joined(sent, chosen, like_input, _numeric(outputs) if outputs else None)
    try:
        answer = _asked_fast(request, sent, inputs, target, key) or ask(
            target,
            sent.body,
            size=sent.size,
            media_type=sent.sent_as,
            options=request.options,
            accept=accept,
            key=key,
        )
    except AnOpsError as error:
        events.idle()
        problem = error.problem if media_type != CSV else with_line(error.problem, name, sent)
        raise AnOpsError.of(problem) from error
    events.idle()
    return _given(answer, joined, request, _without_kept(answer.warnings, unused))


def _piecewise(
    request: PredictRequest, failures: Path, sent: SentFile, kept: Sequence[str], asking: Asking, events: Events
) -> PredictResult:
    """Predict what can be predicted; the rest goes into a file of its own."""
    output = request.output
    if output is None or request.form == "json" or request.like_input:
        raise CommandError(
            "Failed rows are put aside where the predictions go into a file, as CSV, Arrow or Parquet.",
            remedy="Leave out --like-input and --json, and name that file: ao predict FILE.csv --output OUT.csv "
            "--failed FAILED.csv",
            code=Code.USAGE,
        )
    require_two_files(output, failures)
    work = Piecewise(sent, asking, kept, output, failures)
    with _writing(output):
        progress = work.run(events)
    events.idle()
    return PredictResult(progress.warnings, output, rows=progress.rows, failed=progress.failed, failures=failures)


def _sending(events: Events, name: str) -> Advance:
    """Return what tells how much of a file has been sent, and then that its predictions are waited for."""
    advance = advancing(events, f"Sending {name}")

    def told(done: int, total: int) -> None:
        advance(done, total)
        if done >= total:
            events.doing(f"Waiting for the predictions of {name}")

    return told


def _asked_fast(
    request: PredictRequest, sent: SentFile, inputs: Mapping[str, Mapping[str, Any]], target: str, key: str | None
) -> ServedAnswer | None:
    """Send a file in the form that is read fastest; None where it is to be sent as it is.

    That also holds where its rows are refused: what is said of them is then said of the file.

    Raises:
        AnOpsError: The model failed.
        CommandError: The service can't be reached.
    """
    if sent.media_type != CSV or not may_go_as_arrow(sent, inputs):
        return None
    accept = _MEDIA[request.form]
    try:
        return ask(
            target,
            lambda: arrow_body(sent, inputs),
            media_type=ARROW,
            options=request.options,
            accept=accept,
            key=key,
        )
    except NotCertainError:
        return None
    except AnOpsError as error:
        if error.problem.faults or error.problem.code in _OF_THE_BODY:
            return None
        raise


def _given(
    answer: ServedAnswer, joined: Joined, request: PredictRequest, warnings: list[dict[str, Any]]
) -> PredictResult:
    """Write the answer where it is wanted."""
    output = request.output
    if request.form == "arrow" and output is not None:
        with answer.content, _writing(output):
            joined.write_arrow(answer.content, output)
        return PredictResult(warnings, output)
    text = io.TextIOWrapper(answer.content, encoding="utf-8", newline="")
    lines: Iterable[str]
    if joined.is_whole(request.form):
        lines = text
    else:
        lines = joined.json_text(text) if request.form == "json" else joined.csv_lines(text)
    if request.form == "json":
        lines = _ended(lines)
    encoding = joined.file.output_encoding if joined.like_input and request.form == "csv" else "utf-8"
    made = PredictResult(warnings, None, lines, encoding)
    made.keep_open(answer.content)
    if output is not None:
        with _writing(output), output.open("wb") as target:
            made.write(target)
        return PredictResult(warnings, output)
    return made


def _ended(lines: Iterable[str]) -> Iterator[str]:
    """Give JSON a line end, which it has not of its own."""
    yield from lines
    yield "\n"


def _numeric(columns: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(name for name, spec in columns.items() if spec["type"] in {"number", "integer"})


def _without_kept(warnings: Iterable[dict[str, Any]], kept: Iterable[str]) -> list[dict[str, Any]]:
    """Leave out that kept columns are not used by the model: that is why they are kept.

    Args:
        warnings: What the service said.
        kept: The kept columns that the model does not use: nothing else can be said of them.
    """
    unused = frozenset(kept)
    return [each for each in warnings if each.get("column") not in unused]


@contextlib.contextmanager
def _writing(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(error, output) from error


def _service(request: PredictRequest) -> tuple[str, str | None, Trust | None]:
    """Return whom to ask, with which key, and whose certificate they must have.

    That is whom the person named, else the service of the project they are in, else port 8080.
    """
    trust = None if request.ca_file is None else Trust(request.ca_file)
    given = None if request.url is None else normal_url(request.url)
    try:
        configuration = load(request.folder)
    except CommandError:  # not in a project
        return given or "http://127.0.0.1:8080", request.key, trust
    if given is None:
        return own_service(configuration, request.key)
    check_given(given, configuration, request.key)
    return given, request.key, trust


VERB = Verb("predict", "Get the predictions for a file of rows from a running service.", PredictRequest, run)
