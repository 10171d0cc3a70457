"""Writes what a database answers to a query into a Parquet file, a batch at a time."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet
import sqlalchemy
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.datasets.port import Advance

_IN_FILES = frozenset({"sqlite", "duckdb"})
_ROWS = 20_000
_LARGEST_EXACT = 1 << 53
_DRIVERS = {"postgresql": "psycopg[binary]", "mysql": "pymysql", "mssql": "pyodbc", "oracle": "oracledb"}


def queried(database: str, query: str, target: Path, advance: Advance) -> None:
    """Write the rows that a database answers.

    Args:
        database: Its address, as SQLAlchemy writes it: `postgresql+psycopg://user@host/name`.
        query: What it is asked.
        target: The Parquet file.
        advance: Is told how many rows there are.

    Raises:
        CommandError: It can't be reached, or does not understand the query.
    """
    try:
        address = sqlalchemy.make_url(database)
        if address.drivername in {"postgresql", "postgres"}:
            address = address.set(drivername="postgresql+psycopg")
        _require_file(address)
        engine = sqlalchemy.create_engine(address)
    except (ImportError, sqlalchemy.exc.NoSuchModuleError) as error:
        kind = database.partition(":")[0].partition("+")[0]
        raise CommandError(
            f"A database `{kind}` needs a Python package that is not installed beside `ao`.",
            details=[str(error)],
            command=f"{sys.executable} -m pip install '{_DRIVERS[kind]}'" if kind in _DRIVERS else None,
            code=Code.ENVIRONMENT,
        ) from error
    except sqlalchemy.exc.ArgumentError as error:
        raise CommandError(
            "That is not the address of a database.",
            remedy="Write it as postgresql://user@host/name or sqlite:///file.db",
            code=Code.USAGE,
        ) from error
    try:
        with (
            engine.connect().execution_options(stream_results=True, yield_per=_ROWS) as connection,
            closing(connection.execute(sqlalchemy.text(query))) as answer,
        ):
            if not answer.returns_rows:
                raise CommandError("The query returns no rows.", remedy="Write a SELECT.", code=Code.USAGE)
            _write(answer, target, advance)
    except sqlalchemy.exc.SQLAlchemyError as error:
        said = str(getattr(error, "orig", error) or error).strip().splitlines()
        raise CommandError(
            f"The database at {address.render_as_string(hide_password=True)} did not answer.",
            details=said[:3],
            remedy="Check the address, the query, and the password in the environment (PGPASSWORD of PostgreSQL).",
            code=Code.STORE_UNUSABLE,
        ) from error
    finally:
        engine.dispose()


def _require_file(address: sqlalchemy.URL) -> None:
    """Refuse a database in a file that is not there: it would be made, empty."""
    name = address.database
    if address.get_backend_name() not in _IN_FILES or not name or name.startswith((":memory:", "file:")):
        return
    if not Path(name).is_file():
        raise CommandError(
            f"There is no database `{name}`.",
            details=[f"Looked for {Path(name).absolute()}."],
            remedy="Correct the address: sqlite:///file.db is in this folder, sqlite:////data/file.db is not.",
            code=Code.FILE_NOT_FOUND,
        )


def _write(answer: sqlalchemy.CursorResult[Any], target: Path, advance: Advance) -> None:
    """Write the rows; what a column is, all of its batches tell together."""
    names = list(answer.keys())
    _require_own_names(names)
    parts: list[Path] = []
    done = 0
    while (rows := [tuple(row) for row in answer.fetchmany(_ROWS)]) or not parts:
        columns = [_column(name, [row[i] for row in rows]) for i, name in enumerate(names)]
        parts.append(target.with_name(f"{target.name}.{len(parts)}"))
        pa.parquet.write_table(pa.table(columns, names), parts[-1])
        done += len(rows)
        advance(done, done + 1)
    try:
        schema = pa.unify_schemas([pa.parquet.read_schema(part) for part in parts], promote_options="permissive")
    except pa.ArrowException as error:
        raise CommandError(
            "A column of the answer holds values of several types.",
            details=[str(error).splitlines()[0]],
            remedy="Cast it in the query, as in: CAST(column AS text).",
            code=Code.FILE_UNREADABLE,
        ) from error
    with pa.parquet.ParquetWriter(target, schema) as writer:
        for part in parts:
            rows = pa.parquet.read_table(part)
            writer.write_table(pa.table([_cast(rows.column(field.name), field) for field in schema], schema=schema))
            part.unlink()


def _require_own_names(names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CommandError(
            f"The query returns {names.count(twice)} columns named `{twice}`.",
            remedy="Name each differently, as in: SELECT a.id AS a_id, b.id AS b_id.",
            code=Code.FILE_UNREADABLE,
        )


def _cast(values: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    try:
        return values.cast(field.type)
    except pa.ArrowException as error:
        raise CommandError(
            f"Column `{field.name}` of the answer holds values that are no {field.type} together with the others.",
            details=[str(error).splitlines()[0]],
            remedy="Cast it in the query, as in: CAST(column AS text).",
            code=Code.FILE_UNREADABLE,
        ) from error


def _column(name: str, values: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(_plain(name, values))
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise CommandError(
            f"Column `{name}` of the answer holds no single values.",
            details=[str(error).splitlines()[0]],
            remedy="Cast it in the query, as in: CAST(column AS text).",
            code=Code.FILE_UNREADABLE,
        ) from error


def _plain(name: str, values: Sequence[Any]) -> list[Any]:
    import decimal  # noqa: PLC0415  here alone
    import uuid  # noqa: PLC0415  the same

    def number(value: decimal.Decimal) -> float:
        kept = float(value)
        # of a fraction the nearest number is meant; a whole number may be a key, and another is another key
        if value.is_finite() and abs(value) > _LARGEST_EXACT and value == value.to_integral_value() and value != kept:
            raise CommandError(
                f"Column `{name}` of the answer holds {value:f}, more digits than a number keeps.",
                remedy=f"Cast it in the query: CAST({name} AS text), or AS bigint where all are below 2^63.",
                code=Code.FILE_UNREADABLE,
            )
        return kept

    return [
        number(each) if isinstance(each, decimal.Decimal) else str(each) if isinstance(each, uuid.UUID) else each
        for each in values
    ]
