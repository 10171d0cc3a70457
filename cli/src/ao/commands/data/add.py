"""`ao data add`: keeps a file of rows as a version of a dataset."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated, Literal

import typer
from anops_control.verbs.data.add import DataAddRequest, run

from ao import messages
from ao.commands.data.options import Board, Json, Project  # noqa: TC001  Typer reads them
from ao.looking.options import CaFileOption, KeyFileOption, UrlOption, key_in
from ao.presenting import presented

EPILOG = """
`ao data add sales.csv --source "the shop's database" --key id --category region`

`ao data add sales.parquet --name sales --description sales.toml`

`ao data add --name sales --database postgresql://user@host/shop --query "SELECT * FROM sales"`

`ao data add --name observed --observed`  what was observed of the series that is served here, for the next training
"""


def add(
    file: Annotated[
        Path | None, typer.Argument(help="The rows: CSV, Parquet, Arrow, Feather or RDS.", show_default=False)
    ] = None,
    *,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What the dataset is called; by default as the file.")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What the dataset is.")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="TEXT", help="Where it comes from.")] = None,
    licence: Annotated[
        str | None, typer.Option("--licence", metavar="TEXT", help="The terms under which it may be used.")
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="TEXT", help="Who is responsible for it.")] = None,
    time: Annotated[str | None, typer.Option("--time", metavar="COLUMN", help="The column that says when.")] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="COLUMN", help="A column that tells rows apart; give it again for more."),
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option("--category", metavar="COLUMN", help="A column of text that is a category; again for more."),
    ] = None,
    description: Annotated[
        Path | None,
        typer.Option(
            "--description",
            metavar="FILE",
            help="A TOML file that says all this, and in tables `[columns.NAME]` types, levels, units, limits.",
        ),
    ] = None,
    missing: Annotated[
        list[str] | None,
        typer.Option(
            "--missing",
            metavar="WORD",
            help="A cell of CSV that is a missing value, beside empty ones and NA; again for more.",
        ),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Keep it also where it breaks the contract of the versions before.")
    ] = False,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="ADDRESS",
            help="Instead of a file: a database, as SQLAlchemy writes its address. It is not kept; $ANOPS_DATABASE may "
            "hold it.",
        ),
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="SQL", help="The query to send to the database.")
    ] = None,
    observed: Annotated[
        bool,
        typer.Option(
            "--observed",
            help="Instead of a file: what the running service of this project, or that at --url, knows to have been "
            "observed of its series since the fit.",
        ),
    ] = False,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    ca_file: CaFileOption = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of a CSV file, such as cp1252.")
    ] = None,
    separator: Annotated[
        str | None, typer.Option("--separator", metavar="SIGN", help="The sign between its cells: `;` or `tab`.")
    ] = None,
    decimal: Annotated[Literal[".", ","] | None, typer.Option("--decimal", help="Its decimal mark.")] = None,
    board: Board = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Keep a file of rows as a version of a dataset, with a description of its columns.

    The same rows are one version. A new version that breaks what the one before is described as is refused.
    """
    if query is not None and database is None:
        database = os.environ.get("ANOPS_DATABASE")
    request = DataAddRequest(
        folder=project or Path(),
        file=file,
        name=name,
        board=board,
        text=text,
        source=source,
        licence=licence,
        owner=owner,
        time=time,
        keys=tuple(key or ()),
        categories=tuple(category or ()),
        description=description,
        missing=tuple(missing or ()),
        accept=accept,
        database=database,
        query=query,
        observed=observed,
        url=url,
        key=key_in(key_file),
        ca_file=ca_file,
        encoding=encoding,
        separator=separator,
        decimal=decimal,
    )
    with presented() as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    stored = result.stored
    if result.is_new:
        described = stored.description
        size = f" with {described.size}" if described is not None and described.size is not None else ""
        messages.success(f"`{stored.name}` has the new version {stored.version}{size}.")
        for broken in result.broken:
            messages.warning(f"Accepted: {broken}")
        if result.new_columns:
            messages.note(f"New columns: {', '.join(f'`{each}`' for each in result.new_columns)}.")
        if described is not None and not described.columns:
            messages.note("An RDS file can be read by R only, and its columns are not described here.")
        messages.next_step(f"ao data show {shlex.quote(stored.name)}")
    elif result.is_latest:
        messages.success(f"These rows are the latest version of `{stored.name}` already: {stored.version}.")
    else:
        messages.success(f"These rows are a version of `{stored.name}` already: {stored.version}.")
        messages.warning(
            "It is not the latest version.", remedy=f"Name it where it is wanted: --version {stored.version}"
        )
