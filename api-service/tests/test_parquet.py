"""Bodies and answers in Parquet."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from anops_api_service.bodies.parquet_body import ParquetReader
from anops_model_interface.schema import Schema
from fake_model_service import FakeModelService, Loop, echo
from pyarrow import parquet
from running_service import Running, run_service

if TYPE_CHECKING:
    import httpx

PARQUET = "application/vnd.apache.parquet"
ROWS = pd.DataFrame({"wt": [2.5, None], "hp": [110, 93], "cyl": [6, 4], "Gear Type": ["auto", "manual"]})


def file_of(rows: pd.DataFrame | pa.Table, **how: Any) -> bytes:
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows)
    sink = io.BytesIO()
    parquet.write_table(table, sink, **how)
    return sink.getvalue()


def ask(http: httpx.Client, body: bytes, accept: str = "application/json", kind: str = PARQUET) -> httpx.Response:
    return http.post("/predict", content=body, headers={"content-type": kind, "accept": accept})


def table_of(answer: httpx.Response) -> pa.Table:
    assert (answer.status_code, answer.headers["content-type"]) == (200, PARQUET), answer.text
    return parquet.read_table(io.BytesIO(answer.content))


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip"])
def test_a_frame_of_pandas_is_predicted(http: httpx.Client, compression: str) -> None:
    body = file_of(ROWS.fillna(3.0), compression=compression)
    assert ask(http, body).json()["predictions"] == [{"prediction": 118.5}, {"prediction": 100.0}]
    assert table_of(ask(http, body, PARQUET)).to_pydict() == {"prediction": [118.5, 100.0]}


def test_times_of_spark_are_moments() -> None:
    """Spark writes them as INT96, in UTC; Arrow gives them as times of no zone."""
    table = pa.table({"x": pa.array([dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC), None], pa.timestamp("us", "UTC"))})
    schema = Schema.of({"inputs": {"x": {"type": "datetime", "timezone": "Europe/Berlin", "missing": "allow"}}})
    reader = ParquetReader(schema, {}, model="cars", most=1 << 24)
    list(reader.feed(file_of(table, use_deprecated_int96_timestamps=True)))
    (rows,) = reader.finish()
    assert rows.frame["x"].values.tolist()[0] == "2026-11-21T12:00:00Z"
    assert rows.frame["x"].is_missing().tolist() == [False, True]


@pytest.mark.parametrize("kind", ["application/x-parquet", "application/parquet"])
def test_its_older_names_are_known(http: httpx.Client, kind: str) -> None:
    assert ask(http, file_of(ROWS.fillna(3.0)), kind=kind).status_code == 200


@pytest.mark.parametrize(
    "rows",
    [
        ROWS,
        ROWS.convert_dtypes(),
        ROWS.convert_dtypes(dtype_backend="pyarrow"),
        ROWS.astype({"Gear Type": "category", "hp": "Int16", "wt": "float32"}),
        ROWS.set_index(pd.Index([7, 9], name="id")),
    ],
    ids=["numpy", "nullable", "arrow", "category", "index"],
)
def test_types_and_missing_values_arrive_and_return(
    model_service: FakeModelService, service: Running, rows: pd.DataFrame
) -> None:
    model_service.behaviour = echo
    answer = table_of(ask(service.http, file_of(rows), PARQUET)).to_pydict()
    assert answer["Gear Type"] == ["auto", "manual"]
    assert (answer["hp"], answer["wt"][0]) == ([110.0, 93.0], 2.5)
    assert answer["wt"][1] is None or np.isnan(answer["wt"][1])


def test_many_rows_are_answered_in_row_groups(model_service: FakeModelService, service: Running) -> None:
    count = 150_000
    rows = pd.DataFrame({"wt": np.arange(count) / 8, "hp": 100.0, "cyl": 4.0, "Gear Type": "auto"})
    answer = ask(service.http, file_of(rows, row_group_size=40_000), PARQUET)
    table = table_of(answer)
    assert table.column("prediction").to_pylist() == (np.arange(count) / 8 + 104).tolist()
    assert parquet.ParquetFile(io.BytesIO(answer.content)).metadata.num_row_groups == 3
    assert len(model_service.calls) > 100


def test_no_rows_have_columns(http: httpx.Client) -> None:
    table = table_of(ask(http, file_of(ROWS.iloc[:0].astype({"Gear Type": "str"})), PARQUET))
    assert (table.column_names, table.num_rows) == (["prediction"], 0)


def test_a_fault_names_its_row(http: httpx.Client) -> None:
    rows = pd.DataFrame({"wt": np.ones(40_000), "hp": 1.0, "cyl": 4.0, "Gear Type": "auto"})
    rows.loc[39_998, "cyl"] = 5.0
    problem = ask(http, file_of(rows), PARQUET).json()
    assert (problem["code"], problem["errors"][0]["row"]) == ("COLUMN_VALUE", 39_999)


@pytest.mark.parametrize("cut", [0, 3, 100, -1])
def test_what_is_no_parquet_is_told(http: httpx.Client, cut: int) -> None:
    answer = ask(http, file_of(ROWS)[:cut])
    assert (answer.status_code, answer.json()["code"]) == (400, "BODY_SYNTAX")
    assert "Parquet" in answer.json()["detail"]


def test_a_body_must_fit_into_memory(loop: Loop, model_service: FakeModelService) -> None:
    with run_service(loop, model_service.url, limits={"body": 20_000}) as running:
        running.wait_until_ready()
        rows = pd.DataFrame({"wt": np.random.default_rng(1).random(5000), "hp": 1.0, "cyl": 4.0, "Gear Type": "auto"})
        assert ask(running.http, file_of(rows)).status_code == 413
        rows["wt"] = 1.0  # little, until it is unpacked
        body = file_of(rows, use_dictionary=False, compression="zstd")
        assert len(body) < 20_000
        assert ask(running.http, body).status_code == 413


def test_a_frame_without_pandas_is_read(http: httpx.Client) -> None:
    table = pa.table({"wt": [1.0], "hp": [1], "cyl": [4], "Gear Type": pa.array(["auto"]).dictionary_encode()})
    assert ask(http, file_of(table)).json()["predictions"] == [{"prediction": 6.0}]
