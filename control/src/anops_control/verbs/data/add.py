"""Keeps a file of rows as a version of a dataset."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code
from anops_model_interface.schema import ColumnSpec

from anops_control.datasets import column_file, contract
from anops_control.datasets.description import About
from anops_control.datasets.finding import board_of, checked_name
from anops_control.datasets.port import Wanted, data
from anops_control.datasets.progress import advancing
from anops_control.datasets.telling import tell_run
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.series.observed_rows import Observing
from anops_control.tables.dialect import asked_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.datasets.description import Description, Form
    from anops_control.datasets.port import Board, Data, Described, Stored
    from anops_control.events import Events

_MISSING = ("", "NA")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAddRequest:
    """What is to be kept, and what is to be said of it."""

    folder: Path
    """The project; its board is used."""
    file: Path | None = None
    """The rows: CSV, Parquet, Arrow, Feather or RDS."""
    name: str | None = None
    """What the dataset is called; by default as the file."""
    board: str | None = None
    """A board other than the project's: a folder or an address."""
    text: str | None = None
    """What the dataset is."""
    source: str | None = None
    """Where it comes from."""
    licence: str | None = None
    """The terms under which it may be used."""
    owner: str | None = None
    """Who is responsible for it."""
    time: str | None = None
    """The column that says when."""
    keys: tuple[str, ...] = ()
    """The columns that tell rows apart."""
    categories: tuple[str, ...] = ()
    """Columns of text that are categories."""
    description: Path | None = None
    """A TOML file that says all this, and tables `[columns.NAME]` with types, levels, units and limits."""
    missing: tuple[str, ...] = ()
    """Further cells of CSV that are missing values, beside empty ones and NA."""
    accept: bool = False
    """Keep it also where it breaks the contract of the versions before."""
    database: str | None = field(default=None, repr=False)
    """Instead of a file: the address of a database, as SQLAlchemy writes it; it is not kept."""
    query: str | None = None
    """The query to send to the database, in SQL."""
    observed: bool = False
    """Instead of a file: what a running service knows to have been observed of its series since the fit."""
    url: str | None = None
    """Where that service is; by default the one that serves this project, else at the port of ao.toml."""
    key: str | None = field(default=None, repr=False)
    """A key with the scopes `observe` and `metadata`, where that service needs one; it is not kept."""
    ca_file: Path | None = None
    """Certificates of authorities that are trusted over HTTPS; by default those that the system trusts."""
    encoding: str | None = None
    """The encoding of a CSV file, such as cp1252."""
    separator: str | None = None
    """The character between its cells."""
    decimal: Literal[".", ","] | None = None
    """Its decimal mark."""


@dataclass(frozen=True, slots=True)
class DataAddResult:
    """The version.

    Attributes:
        stored: What is kept.
        is_new: Whether it was not kept before.
        is_latest: Whether it is the latest version.
        broken: What it breaks of the contract, and was accepted.
        new_columns: Columns that the version before did not have.
        board: Where it is kept.
    """

    stored: Stored
    is_new: bool
    is_latest: bool
    board: str
    broken: list[str] = field(default_factory=list)
    new_columns: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = {"new": self.is_new, "latest": self.is_latest, "board": self.board}
        return told | {"broken": self.broken, "new_columns": self.new_columns, "dataset": self.stored.to_dict()}


def run(request: DataAddRequest, events: Events) -> DataAddResult:
    """Keep a version.

    Raises:
        CommandError: It can't be read or kept, or breaks the contract.
    """
    sources = [request.file is not None, request.database is not None, request.observed]
    if sum(sources) != 1:
        raise CommandError(
            "Name one of these: a file, a database with what it is asked, or what was observed of a series.",
            remedy="Write: ao data add FILE; or ao data add --name NAME --database ADDRESS --query SQL; or "
            "ao data add --name NAME --observed",
            code=Code.USAGE,
        )
    adapter = data()
    with telling(events):
        name = checked_name(request.name or (request.file.stem if request.file is not None else ""))
        board = board_of(adapter, request.folder, request.board)
        with _rows(adapter, request, events) as (file, asked):
            added = _add(adapter, board, name, file, asked, events)
        tell_run(added.stored, "made")
    return added


def _add(adapter: Data, board: Board, name: str, file: Path, request: DataAddRequest, events: Events) -> DataAddResult:
    form = adapter.form_of(file)
    with adapter.plain(file, form, asked_of(request.encoding, request.separator, request.decimal)) as plain:
        digest = adapter.digest(plain, advancing(events, f"Reading {file.name}"))
        versions = board.versions(name)
        same = next((each for each in versions if each.hash == digest), None)
        said = _said(request)
        if same is not None and not _says_more(said, same):
            events.idle()
            return DataAddResult(same, is_new=False, is_latest=same == versions[-1], board=board.address)
        if same is not None:
            raise CommandError(
                f"These rows are version {same.version} of `{name}` already, with another description.",
                details=["What is said of a version is kept with it and does not change."],
                remedy="Say it with the next version of the rows; or remove this one first and add it again.",
                command=None,
                code=Code.FILE_EXISTS,
            )
        before = versions[-1].description if versions else None
        with board.ahead(plain):
            looked = _described(adapter, plain, form, before, said, request, events)
            events.idle()
            broken = contract.breaches(before, looked.description, looked.misfits)
            broken += _unknown_columns(looked.description)
            if broken and not request.accept:
                raise CommandError(
                    f"{file.name} breaks the contract of `{name}`; nothing of it is kept."
                    if before
                    else f"{file.name} is not what is said of `{name}`; nothing of it is kept.",
                    details=broken,
                    remedy="Fix the file; or, where the data are right, add it with --accept.",
                    code=Code.DATASET_CONTRACT,
                )
            wanted = Wanted(name=name, file=plain, description=looked.description, hash=digest)
            stored, is_new = board.add(wanted, advancing(events, f"Keeping {name}"))
            events.idle()
    known = before.columns if before is not None else looked.description.columns
    new = [column for column in looked.description.columns if column not in known]
    return DataAddResult(stored, is_new, is_latest=True, board=board.address, broken=broken, new_columns=new)


@contextmanager
def _rows(adapter: Data, request: DataAddRequest, events: Events) -> Iterator[tuple[Path, DataAddRequest]]:
    """Yield the file of rows, and the request with what is known of them."""
    if request.file is not None:
        yield request.file, request
        return
    if request.observed:
        with _observed(request) as found:
            yield found
        return
    if not request.query or not request.name:
        raise CommandError(
            "Rows of a database need a query and a name.",
            remedy="Write: ao data add --name NAME --database ADDRESS --query SQL",
            code=Code.USAGE,
        )
    with tempfile.TemporaryDirectory(prefix="ao-data-") as folder:
        target = Path(folder, f"{checked_name(request.name)}.parquet")
        adapter.query(request.database or "", request.query, target, advancing(events, "Asking the database"))
        yield target, request


@contextmanager
def _observed(request: DataAddRequest) -> Iterator[tuple[Path, DataAddRequest]]:
    if not request.name:
        raise CommandError(
            "What was observed of a series needs a name as a dataset.",
            remedy="Write: ao data add --name NAME --observed",
            code=Code.USAGE,
        )
    with tempfile.TemporaryDirectory(prefix="ao-data-") as folder:
        target = Path(folder, f"{checked_name(request.name)}.csv")
        service = Observing(folder=request.folder, url=request.url, key=request.key, ca_file=request.ca_file)
        series = service.write(target)
        yield (
            target,
            replace(
                request,
                time=request.time or series.time,
                keys=request.keys or (*series.keys, series.time),
                categories=tuple(dict.fromkeys((*request.categories, *series.keys))),
            ),
        )


@dataclass(frozen=True, slots=True)
class _Said:
    about: About
    columns: dict[str, ColumnSpec]


def _said(request: DataAddRequest) -> _Said:
    told, columns = column_file.read(request.description)
    typed = About(
        text=request.text, source=request.source, licence=request.licence, owner=request.owner, time=request.time,
        keys=request.keys,
    )  # fmt: skip
    for name in request.categories:
        known = columns.get(name)
        if known is None:
            columns[name] = ColumnSpec(type="category")
    return _Said(typed.or_else(told), columns)


def _says_more(said: _Said, same: Stored) -> bool:
    """Say whether something is said that a kept version does not have."""
    known = same.description
    if known is None:
        return False
    if said.about.or_else(known.about) != known.about:
        return True
    written = {name: spec.written() for name, spec in known.columns.items()}
    return any(
        (key, value) not in written.get(name, {}).items()
        if key != "levels"
        else written.get(name, {}).get(key) != value
        for name, spec in said.columns.items()
        for key, value in spec.written().items()
    )


def _described(
    adapter: Data,
    plain: Path,
    form: Form,
    before: Description | None,
    said: _Said,
    request: DataAddRequest,
    events: Events,
) -> Described:
    words = tuple(dict.fromkeys((*(before.missing_words if before else _MISSING), *request.missing)))
    return adapter.describe(
        plain,
        form,
        about=said.about if before is None else said.about.or_else(before.about),
        said=contract.said_of(before, said.columns),
        missing_words=words,
        advance=advancing(events, f"Describing {plain.name}"),
    )


def _unknown_columns(now: Description) -> list[str]:
    if not now.columns:
        return []
    about = now.about
    named = [("time column", about.time), *(("key", key) for key in about.keys)]
    return [
        f"There is no column `{column}`, the {what}." for what, column in named if column and column not in now.columns
    ]


VERB = Verb("data add", "Store a file of rows as a version of a dataset.", DataAddRequest, run)
