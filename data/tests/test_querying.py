"""What a database answers is kept with its types."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from anops_control.errors import CommandError
from desks import in_r
from postgresql_server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from desks import Desk

ROWS = """SELECT i AS id, i / 4.0 AS share, i > 1 AS yes, 'text ' || i AS text, DATE '2026-01-01' + i AS day,
    TIMESTAMPTZ '2026-01-01 10:00:00+02' AS moment, TIMESTAMP '2026-01-01 10:00' AS clock,
    CASE WHEN i > 1 THEN 1.5::numeric END AS part, 9007199254740993::bigint AS long,
    '6f1e9f4e-4a0f-4d0a-9d5a-2a6b3a1f0c11'::uuid AS uuid FROM generate_series(1, 3) i"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory) as address:
        yield address


def test_rows_of_postgresql_are_kept_with_their_types(desk: Desk, database: str) -> None:
    stored = desk.query(name="rows", database=database, query=ROWS, source="the shop").stored
    assert stored.description is not None
    assert [spec.type for spec in stored.description.columns.values()] == [
        "integer", "number", "boolean", "string", "date", "datetime", "datetime", "number", "integer", "string",
    ]  # fmt: skip
    assert stored.description.rows == 3
    assert stored.description.missing["part"] == pytest.approx(1 / 3)
    assert stored.description.columns["moment"].timezone is not None
    assert database not in str(stored)
    assert not desk.query(name="rows", database=database, query=ROWS).is_new


IN_R = """{
  shop <- DBI::dbConnect(RPostgreSQL::PostgreSQL(), dbname = "postgres", user = "postgres", host = "HOST")
  query <- "SELECT i AS id, i / 4.0 AS share, 'a' || i AS text, DATE '2026-01-01' + i % 300 AS day,
    CASE WHEN i > 30000 THEN 'late' END AS late FROM generate_series(1, 50000) i"
  first <- data_add("rows", shop, query)
  again <- data_add("rows", shop, query)
  kept <- data_read("rows")
  list(attr(first, "new"), attr(again, "new"), nrow(kept), class(kept$day), kept$share[3], kept$text[2],
       sum(is.na(kept$late)), kept$late[50000])
}"""


def test_r_keeps_what_a_database_answers(desk: Desk, database: str, r_library: Path) -> None:
    host = parse_qs(urlsplit(database).query)["host"][0]
    told = in_r(desk, r_library, IN_R.replace("HOST", host))
    assert told == [True, False, 50_000, "Date", 0.75, "a2", 30_000, "late"]


def test_more_rows_than_one_batch_and_none_are_kept(desk: Desk, database: str) -> None:
    query = "SELECT i AS id, CASE WHEN i > 30000 THEN 'late' END AS late FROM generate_series(1, 50000) i"
    stored = desk.query(name="many", database=database, query=query).stored
    assert stored.description is not None
    assert stored.description.rows == 50_000
    assert stored.description.columns["late"].type == "string"
    none = desk.query(name="none", database=database, query="SELECT 1 AS a WHERE FALSE").stored
    assert none.description is not None
    assert none.description.rows == 0


@pytest.mark.parametrize(
    ("address", "query", "what"),
    [
        (None, "SELEKT 1", "did not answer"),
        (None, "SELECT * FROM nowhere", "did not answer"),
        ("postgresql://ana:secret@127.0.0.1:9/shop", "SELECT 1", "did not answer"),
        ("postgrsql://127.0.0.1/shop", "SELECT 1", "needs a Python package"),
        ("nothing at all", "SELECT 1", "not the address of a database"),
        ("sqlite://", "CREATE TABLE a (b)", "returns no rows"),
    ],
)
def test_a_database_that_does_not_answer_is_told(
    desk: Desk, database: str, address: str | None, query: str, what: str
) -> None:
    with pytest.raises(CommandError, match=what) as caught:
        desk.query(name="rows", database=address or database, query=query)
    assert "secret" not in f"{caught.value} {caught.value.details} {caught.value.remedy}"


def test_a_file_of_sqlite_that_is_not_there_is_refused_and_not_made(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "nothere.db"
    with pytest.raises(CommandError, match="There is no database"):
        desk.query(name="none", database=f"sqlite:///{file}", query="SELECT 1 AS a")
    assert not file.exists()


def test_a_query_of_sqlite_is_kept(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    stored = desk.query(name="one", database=f"sqlite:///{tmp_path / 'a.db'}", query="SELECT 1 AS a, NULL AS b").stored
    assert stored.description is not None
    assert stored.description.columns["b"].assumed


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("SELECT 1 AS id, 2 AS id", "2 columns named `id`"),
        ("SELECT 12345678901234567890::numeric AS id", "`id` of the answer holds 12345678901234567890, more digits"),
    ],
)
def test_an_answer_that_would_come_out_otherwise_is_refused(desk: Desk, database: str, query: str, what: str) -> None:
    with pytest.raises(CommandError, match=what):
        desk.query(name="rows", database=database, query=query)


def test_a_sum_of_whole_numbers_and_fractions_are_numbers(desk: Desk, database: str) -> None:
    query = "SELECT sum(i::bigint) AS s, avg(i) / 3 AS a, 'NaN'::numeric AS n FROM generate_series(1, 10) i"
    stored = desk.query(name="sums", database=database, query=query).stored
    assert stored.description is not None
    assert {name: spec.seen for name, spec in stored.description.columns.items()} == {
        "s": (55, 55), "a": (pytest.approx(5.5 / 3), pytest.approx(5.5 / 3)), "n": None,
    }  # fmt: skip


def test_values_of_several_types_are_told_with_their_column(desk: Desk, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
        connection.execute("CREATE TABLE a (x)")
        many = [(9_007_199_254_740_993,)] * 20_000
        connection.executemany("INSERT INTO a VALUES (?)", [*many, (2.5,)])
    with pytest.raises(CommandError, match="Column `x` of the answer holds values that are no double"):
        desk.query(name="one", database=f"sqlite:///{tmp_path / 'a.db'}", query="SELECT x FROM a")
