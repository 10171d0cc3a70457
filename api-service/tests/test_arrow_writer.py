"""Predictions as an Arrow stream, and Arrow both ways over REST."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from anops_api_service.identity import Identity
from anops_api_service.writers.arrow_writer import ArrowWriter
from anops_api_service.writers.writer import Closing
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame
from anops_model_interface.schema import Schema
from fake_model_service import echo
from pyarrow import ipc

if TYPE_CHECKING:
    import httpx
    from fake_model_service import FakeModelService

ARROW = "application/vnd.apache.arrow.stream"
MASK = np.array([False, True, False])


def texts(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


FRAME = Frame(
    (
        Column("n", "number", np.array([0.1, np.nan, -np.inf])),
        Column("i", "integer", np.array([1, 0, (1 << 62) + 1]), MASK),
        Column("b", "boolean", np.array([True, False, False]), MASK),
        Column("s", "string", texts("NA", "", ""), MASK),
        Column("level", "category", texts("b", "", "new"), MASK),
        Column("free", "category", texts("b", "", "a"), MASK),
        Column("day", "date", texts("2026-11-21", "", "0001-01-01"), MASK),
        Column("at", "datetime", texts("2026-11-21T12:00:00Z", "", "1969-12-31T23:59:59.250000Z"), MASK),
    ),
    3,
)
SCHEMA = Schema.of(
    {
        "outputs": {
            "level": {"type": "category", "levels": ["a", "b"], "ordered": True},
            "at": {"type": "datetime", "timezone": "Europe/Berlin"},
        }
    }
)


def written(*frames: Frame, schema: Schema = SCHEMA) -> pa.Table:
    writer = ArrowWriter(schema)
    data = b"".join(writer.rows(frame) for frame in frames) + writer.close(Closing((), Identity("cars"), "id"))
    table = ipc.open_stream(data).read_all()
    table.validate(full=True)
    return table


def test_every_type_and_its_missing_value_are_written() -> None:
    table = written(FRAME)
    assert table.to_pydict() == {
        "n": [0.1, None, -np.inf],
        "i": [1, None, (1 << 62) + 1],
        "b": [True, None, False],
        "s": ["NA", None, ""],
        "level": ["b", None, "new"],
        "free": ["b", None, "a"],
        "day": [dt.date(2026, 11, 21), None, dt.date(1, 1, 1)],
        "at": [
            dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC),
            None,
            dt.datetime(1969, 12, 31, 23, 59, 59, 250_000, tzinfo=dt.UTC),
        ],
    }
    assert table.schema.types == [
        pa.float64(), pa.int64(), pa.bool_(), pa.string(), pa.dictionary(pa.int32(), pa.string(), ordered=True),
        pa.string(), pa.date32(), pa.timestamp("us", "Europe/Berlin"),
    ]  # fmt: skip


def test_pieces_become_one_stream() -> None:
    pieces = [FRAME.take(0, 1), FRAME.take(1, 2), FRAME.take(2, 3)]
    assert written(*pieces).to_pydict() == written(FRAME).to_pydict()


def test_an_answer_without_rows_keeps_columns_and_types() -> None:
    table = written(FRAME.take(0, 0))
    assert (table.num_rows, table.schema) == (0, written(FRAME).schema)


def test_types_that_follow_from_values_are_those_of_the_first_rows() -> None:
    whole, half = np.array([1, 2]), np.array([1.5, np.nan])
    number, integer = Column("x", "number", half), Column("x", "integer", whole)
    missing = Column("x", "string", texts("", ""), np.array([True, True]))

    def frames(*columns: Column) -> list[Frame]:
        return [Frame((column,), 2) for column in columns]

    assert written(*frames(number, integer, missing))["x"].to_pylist() == [1.5, None, 1.0, 2.0, None, None]
    with pytest.raises(AnOpsError, match="column `x` holds number and integer values"):
        written(*frames(integer, number))


def stream_of(table: pa.Table, rows: int | None = None) -> bytes:
    sink = io.BytesIO()
    with ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    return sink.getvalue()


CARS = pa.table(
    {
        "Gear Type": pa.array(["auto", "manual"] * 2500).dictionary_encode(),
        "wt": pa.array([None, 2.5] * 2500),
        "hp": pa.array(range(5000), pa.int32()),
        "cyl": pa.array([4, 6] * 2500, pa.int8()),
    }
)


def post(http: httpx.Client, content: Any, *, query: str = "", **headers: str) -> httpx.Response:
    return http.post(f"/predict{query}", content=content, headers={"content-type": ARROW, **headers})


@pytest.mark.parametrize("kind", [ARROW, "application/vnd.apache.arrow.file"])
def test_arrow_is_answered_in_every_media_type(http: httpx.Client, model_service: FakeModelService, kind: str) -> None:
    model_service.behaviour = echo
    data = stream_of(CARS, 300)
    if kind != ARROW:
        sink = io.BytesIO()
        with ipc.new_file(sink, CARS.schema) as writer:
            writer.write_table(CARS)
        data = sink.getvalue()
    headers = {"content-type": kind}
    arrow = ipc.open_stream(post(http, data, accept=ARROW, **headers).content).read_all().to_pydict()
    assert arrow == {name: CARS[name].to_pylist() for name in ("wt", "hp", "cyl", "Gear Type")}
    rows = post(http, data, accept="application/json", **headers).json()["predictions"]
    assert rows == [dict(zip(arrow, row, strict=True)) for row in zip(*arrow.values(), strict=True)]
    lines = post(http, data, accept="text/csv", **headers).text.splitlines()
    assert lines[:3] == ["wt,hp,cyl,Gear Type", "NA,0.0,4.0,auto", "2.5,1.0,6.0,manual"]


def test_json_and_csv_are_answered_as_arrow(http: httpx.Client) -> None:
    row = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto", "id": 3}
    csv = "wt,hp,cyl,Gear Type,id\n2.5,110,6,auto,3\n"
    for answer in (
        http.post("/predict", json={"data": [row]}, headers={"accept": ARROW}),
        http.post("/predict", content=csv, headers={"content-type": "text/csv", "accept": ARROW}),
    ):
        assert answer.headers["content-type"] == ARROW
        assert ipc.open_stream(answer.content).read_all().to_pydict() == {"prediction": [118.5]}
        assert [warning["column"] for warning in json.loads(answer.headers["anops-warnings"])] == ["id"]


def test_options_of_an_arrow_body_are_in_the_query(http: httpx.Client, model_service: FakeModelService) -> None:
    assert post(http, stream_of(CARS), query="?interval=confidence&level=0.9").status_code == 200
    assert model_service.calls[0][1] == {"interval": "confidence", "level": 0.9}
    assert post(http, stream_of(CARS), query="?level=2").json()["code"] == "OPTION_VALUE"


def test_a_damaged_stream_is_refused_with_status_400(http: httpx.Client) -> None:
    data = stream_of(CARS, 300)
    answer = post(http, data[: len(data) // 2])
    assert (answer.status_code, answer.json()["code"]) == (400, "BODY_SYNTAX")
    assert "cut off within a message" in answer.json()["detail"]


def test_a_fault_in_a_late_row_is_named(http: httpx.Client) -> None:
    table = CARS.set_column(3, "cyl", pa.array([4] * 4567 + [5] * 433))
    problem = post(http, stream_of(table, 300)).json()
    assert problem["errors"][0]["row"] == 4568
    assert "must be one of 4, 6, 8; row 4568 is 5" in problem["detail"]
