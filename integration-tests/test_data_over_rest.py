"""What is sent over REST reaches the model as it was meant, and what can't is refused with its row and column."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from little_models import write_project
from pyarrow import ipc
from stack import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

ARROW = "application/vnd.apache.arrow.stream"
CONTRACT = """
    x = "number"
    n = "integer"
    yes = "boolean"
    s = "string"
    "Gear.Type (ä)" = { type = "category", levels = ["auto", "manual", "NA"] }
    day = "date"
    time = { type = "datetime", timezone = "Europe/Berlin" }
"""
ALLOWING = CONTRACT.replace('"number"', '{ type = "number", missing = "allow" }')
for kind in ("integer", "boolean", "string", "date"):
    ALLOWING = ALLOWING.replace(f'"{kind}"', f'{{ type = "{kind}", missing = "allow" }}')
ALLOWING = ALLOWING.replace('"NA"] }', '"NA"], missing = "allow" }').replace(
    'Berlin" }', 'Berlin", missing = "allow" }'
)
GEAR = "Gear.Type (ä)"
ROW: dict[str, Any] = {
    "x": 1.5,
    "n": 3,
    "yes": True,
    "s": "NA",
    GEAR: "NA",
    "day": "2024-02-29",
    "time": "2026-07-01T08:00:00Z",
}


@pytest.fixture(scope="module", params=("python", "r"))
def echo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A model that gives back its data, and takes missing values of every type."""
    folder = tmp_path_factory.mktemp("echo")
    with serving(write_project(folder, request.param, "echo", inputs=ALLOWING, outputs=ALLOWING)) as stack:
        yield stack.client


@pytest.fixture(scope="module", params=("python", "r"))
def adding(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A model that adds two columns."""
    contract = 'a = { type = "number", missing = "error" }\nb = { type = "number", min = 0, missing = "error" }'
    folder = tmp_path_factory.mktemp("sum")
    with serving(write_project(folder, request.param, "sum", inputs=contract)) as stack:
        yield stack.client


def predict(client: httpx.Client, data: object, **body: object) -> list[dict[str, Any]]:
    answer = client.post("/predict", json={"data": data, **body})
    assert answer.status_code == 200, answer.text
    predictions: list[dict[str, Any]] = answer.json()["predictions"]
    return predictions


def refused(client: httpx.Client, data: object, status: int = 422) -> dict[str, Any]:
    answer = client.post("/predict", json={"data": data})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["request_id"]
    return problem


def test_arrow_comes_back_as_it_was_sent(echo: httpx.Client) -> None:
    berlin = pa.timestamp("us", "Europe/Berlin")
    times = [dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC), None, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)]
    gears = pa.DictionaryArray.from_arrays(pa.array([1, None, 0], pa.int32()), pa.array(["auto", "NA"]))
    table = pa.table(
        {
            "x": pa.array([1.5, None, float("inf")]),
            "n": pa.array([3, None, (1 << 31) + 1], pa.int64()),
            "yes": pa.array([True, None, False]),
            "s": pa.array(["NA", None, ""]),
            GEAR: gears,
            "day": pa.array([dt.date(2024, 2, 29), None, dt.date(1900, 1, 1)]),
            "time": pa.array(times, berlin),
        }
    )
    sink = io.BytesIO()
    with ipc.new_stream(sink, table.schema, options=ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table, max_chunksize=2)
    headers = {"content-type": ARROW, "accept": ARROW}
    answer = echo.post("/predict", content=sink.getvalue(), headers=headers)
    assert answer.status_code == 200, answer.text
    back = ipc.open_stream(answer.content).read_all()
    assert back.to_pydict() == table.to_pydict()
    assert back.schema.types == table.schema.types


def test_every_type_comes_back_as_it_was_sent(echo: httpx.Client) -> None:
    assert predict(echo, [ROW, ROW | {"x": -7, "s": "ä\n中"}]) == [ROW, ROW | {"x": -7.0, "s": "ä\n中"}]


def test_missing_values_of_every_type_come_back_missing(echo: httpx.Client) -> None:
    nothing = dict.fromkeys(ROW)
    assert predict(echo, [nothing, ROW, nothing]) == [nothing, ROW, nothing]
    assert predict(echo, [nothing]) == [nothing]


def test_records_and_columns_mean_the_same(echo: httpx.Client) -> None:
    rows = [ROW, dict.fromkeys(ROW)]
    columns = {name: [row[name] for row in rows] for name in ROW}
    assert predict(echo, columns) == predict(echo, rows)


def test_csv_comes_back_as_csv_with_missing_values_in_their_places(echo: httpx.Client) -> None:
    header = ",".join(f'"{name}"' for name in ROW)
    body = f'{header}\n1.5,3,true,"NA","NA",2024-02-29,2026-07-01T08:00:00Z\n,,,,,,\nNA,NA,NA,NA,NA,NA,NA\n'
    answer = echo.post("/predict", content=body.encode(), headers={"Content-Type": "text/csv", "Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == list(ROW)
    assert rows[1][3:] == ["NA", "NA", "2024-02-29", "2026-07-01T08:00:00Z"]
    assert rows[2:] == [["NA"] * 7] * 2


def test_a_naive_time_is_read_in_the_columns_time_zone(echo: httpx.Client) -> None:
    assert predict(echo, [ROW | {"time": "2026-07-01T10:00:00"}]) == [ROW]


def test_infinities_are_text_both_ways(echo: httpx.Client) -> None:
    rows = [ROW | {"x": "Inf"}, ROW | {"x": "-Inf"}]
    assert predict(echo, rows) == rows


def test_a_new_level_is_refused_with_its_row_and_the_known_levels(echo: httpx.Client) -> None:
    problem = refused(echo, [ROW, ROW | {GEAR: "flying"}])
    assert problem["code"] == "COLUMN_LEVEL"
    (error,) = problem["errors"]
    assert (error["row"], error["column"], error["received"]) == (2, GEAR, '"flying"')
    assert "auto, manual, NA" in error["expected"]


def test_text_in_a_number_is_refused_with_its_row(adding: httpx.Client) -> None:
    problem = refused(adding, [{"a": 1, "b": 2}, {"a": 1, "b": "12"}, {"a": "potato", "b": 1}])
    assert problem["code"] == "COLUMN_TYPE"
    assert {(error["row"], error["column"]) for error in problem["errors"]} == {(2, "b"), (3, "a")}
    assert "potato" in json.dumps(problem)


def test_several_kinds_of_fault_come_together(adding: httpx.Client) -> None:
    problem = refused(adding, {"a": ["x", 2, 1], "b": [1, None, -1]})
    assert {(error["row"], error["column"]) for error in problem["errors"]} == {(1, "a"), (2, "b"), (3, "b")}


def test_more_than_five_faults_are_counted(adding: httpx.Client) -> None:
    problem = refused(adding, [{"a": "x", "b": 1}] * 100)
    assert len(problem["errors"]) == 5
    assert problem["more"] == 95


def test_a_column_too_many_is_ignored_with_a_warning(adding: httpx.Client) -> None:
    answer = adding.post("/predict", json={"data": [{"a": 1, "b": 2, "zzz": 3}]}).json()
    assert answer["predictions"] == [{"prediction": 3.0}]
    assert [warning["column"] for warning in answer["warnings"]] == ["zzz"]


def test_a_column_too_few_is_refused_by_name(adding: httpx.Client) -> None:
    problem = refused(adding, {"a": [1]})
    assert problem["code"] == "COLUMN_MISSING"
    assert problem["errors"][0]["column"] == "b"


def test_a_missing_value_is_refused_where_the_policy_says_so(adding: httpx.Client) -> None:
    problem = refused(adding, [{"a": 1, "b": 1}, {"a": None, "b": 1}])
    assert (problem["code"], problem["errors"][0]["row"]) == ("VALUE_MISSING", 2)


@pytest.mark.parametrize("data", [[], {"a": [], "b": []}])
def test_no_data_give_no_predictions(adding: httpx.Client, data: object) -> None:
    assert predict(adding, data) == []


def test_a_hundred_thousand_rows_come_back_in_their_order(adding: httpx.Client) -> None:
    rows = 100_000
    predictions = predict(adding, {"a": list(range(rows)), "b": [0.5] * rows})
    assert [row["prediction"] for row in predictions] == [i + 0.5 for i in range(rows)]


@pytest.mark.parametrize("body", [b"", b"{", b"potato", b'{"data": 3}', b"[3]", b'{"data": [1]}', b'{"dta": []}'])
def test_a_body_that_can_not_be_read_is_refused_in_words(adding: httpx.Client, body: bytes) -> None:
    answer = adding.post("/predict", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) in {(400, "BODY_SYNTAX"), (422, "BODY_SHAPE")}
    assert answer.json()["detail"]


def test_an_unknown_path_and_method_are_problems_too(adding: httpx.Client) -> None:
    assert adding.get("/nothing").json()["code"] == "PATH_NOT_FOUND"
    assert adding.get("/predict").json()["code"] == "METHOD_NOT_ALLOWED"
