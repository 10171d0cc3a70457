"""What clients of MLflow's scoring servers and of SageMaker's endpoints send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_api_service.bodies.scoring_json import plain
from anops_model_interface.frames import Column, Frame
from anops_model_interface.schema import Schema
from fake_model_service import FakeModelService, echo
from running_service import run_service

if TYPE_CHECKING:
    import httpx
    from fake_model_service import Loop
    from running_service import Running

NAMES = ["wt", "hp", "cyl", "Gear Type"]
ROWS = [[2.5, 110, 6, "auto"], [3, 93, 4, "manual"]]
RECORDS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]
BODIES = {
    "split": {"dataframe_split": {"columns": NAMES, "index": [7, 9], "data": ROWS}},
    "another order": {"dataframe_split": {"columns": NAMES[::-1], "data": [row[::-1] for row in ROWS]}},
    "no names": {"dataframe_split": {"columns": [0, 1, 2, 3], "index": [0, 1], "data": ROWS}},
    "records": {"dataframe_records": RECORDS},
    "columns": {"inputs": {name: [row[i] for row in ROWS] for i, name in enumerate(NAMES)}},
    "columns of one": {"inputs": {name: [[row[i]] for row in ROWS] for i, name in enumerate(NAMES)}},
    "a matrix": {"inputs": ROWS},
    "instances": {"instances": RECORDS, "signature_name": "serving_default"},
    "instances of one": {"instances": [{name: [value] for name, value in row.items()} for row in RECORDS]},
    "lists": {"instances": ROWS},
}


def ask(http: httpx.Client, body: object, path: str = "/invocations") -> httpx.Response:
    return http.post(path, content=json.dumps(body), headers={"content-type": "application/json"})


@pytest.mark.parametrize("name", BODIES)
def test_every_form_is_answered_with_values(http: httpx.Client, name: str) -> None:
    answer = ask(http, BODIES[name])
    assert (answer.status_code, answer.json()) == (200, {"predictions": [118.5, 100.0]}), answer.text


def test_a_model_is_asked_by_its_name(http: httpx.Client) -> None:
    assert ask(http, BODIES["split"], "/models/cars/invocations").json() == {"predictions": [118.5, 100.0]}
    assert ask(http, BODIES["split"], "/models/trees/invocations").status_code == 404


def test_several_predictions_of_a_row_are_an_object(model_service: FakeModelService, service: Running) -> None:
    model_service.behaviour = echo
    assert ask(service.http, BODIES["split"]).json() == {"predictions": RECORDS}


def test_missing_values_are_what_python_writes_for_them(model_service: FakeModelService, service: Running) -> None:
    async def gaps(frame: Frame, _: dict[str, Any]) -> Any:
        return Frame((Column("prediction", "number", frame["wt"].values / 1.0),), frame.rows), ()

    model_service.behaviour = gaps
    rows = [[float("nan"), 110, 6, "auto"], [float("inf"), 93, 4, "manual"]]
    body = {"dataframe_split": {"columns": NAMES, "data": rows}}
    assert "NaN" in json.dumps(body)
    assert "Infinity" in json.dumps(body)
    assert ask(service.http, body).json() == {"predictions": [None, "Inf"]}


def test_params_are_options(model_service: FakeModelService, service: Running) -> None:
    assert ask(service.http, BODIES["split"] | {"params": {"level": 0.9, "terms": ["a"]}}).status_code == 200
    assert model_service.calls[-1][1] == {"level": 0.9, "terms": ["a"], "interval": "none"}
    assert ask(service.http, BODIES["split"] | {"params": None}).status_code == 200


def test_csv_is_answered_as_json_or_csv(http: httpx.Client) -> None:
    content, kind = b"wt,hp,cyl,Gear Type\n2.5,110,6,auto\n3,93,4,manual\n", {"content-type": "text/csv"}
    assert http.post("/invocations", content=content, headers=kind).json() == {"predictions": [118.5, 100.0]}
    answer = http.post("/invocations", content=content, headers=kind | {"accept": "text/csv"})
    assert answer.text == "prediction\n118.5\n100.0\n"


def test_no_rows_get_no_predictions(http: httpx.Client) -> None:
    for body in ({"dataframe_split": {"columns": NAMES, "data": []}}, {"dataframe_records": []}, {"instances": []}):
        assert ask(http, body).json() == {"predictions": []}


def test_a_large_body_is_answered(http: httpx.Client) -> None:
    rows = 20_000
    columns = {"wt": np.arange(rows) / 8, "hp": [100.0] * rows, "cyl": [4] * rows, "Gear Type": ["auto"] * rows}
    data = [list(row) for row in zip(*columns.values(), strict=True)]
    answer = ask(http, {"dataframe_split": {"columns": NAMES, "data": data}})
    assert answer.json()["predictions"] == (np.arange(rows) / 8 + 104).tolist()


BAD: list[tuple[Any, str]] = [
    ({"data": RECORDS}, "it has none of them"),
    ([1], "it has none of them"),
    ({"inputs": ROWS, "instances": ROWS}, "it has `inputs` and `instances`"),
    ({"dataframe_split": {"columns": NAMES, "data": [ROWS[0], [1]]}}, "row 2 must be a list of 4 values"),
    ({"dataframe_split": {"columns": ["wt", "wt"], "data": [[1, 2]]}}, "the same name"),
    ({"dataframe_split": {"columns": "wt", "data": [[1]]}}, "list of names"),
    ({"dataframe_split": ROWS}, "`dataframe_split` must be"),
    ({"dataframe_records": {"wt": 1}}, "must be a list of rows"),
    ({"instances": [1, 2]}, "each of the model's 4 columns"),
    ({"dataframe_split": {"columns": NAMES[:3], "data": [[1, 2, 4]]}}, "column `Gear Type` is missing"),
    ({"dataframe_records": [RECORDS[0] | {"hp": "x"}]}, "column `hp` must be a number"),
    ({"dataframe_records": [RECORDS[0] | {"hp": 10**400}]}, "column `hp`"),
    ({"dataframe_records": RECORDS, "params": {"levl": 1}}, "did you mean `level`"),
]


@pytest.mark.parametrize(("body", "words"), BAD)
def test_what_is_wrong_is_told_as_mlflow_tells_it(http: httpx.Client, body: object, words: str) -> None:
    answer = ask(http, body)
    assert answer.status_code == 422
    told = answer.json()
    assert (told["error_code"], words in told["message"]) == ("BAD_REQUEST", True), told


def test_what_is_no_json_is_told(http: httpx.Client) -> None:
    for content in (b"{", b"\xff\xfe\xff", b"[" * 100_000, b""):
        answer = http.post("/invocations", content=content)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "BAD_REQUEST"), answer.text


def test_digits_that_no_number_holds_stay_as_they_are() -> None:
    schema = Schema.of({"inputs": {"n": "integer"}, "outputs": {"prediction": "number"}})
    for text in ("9007199254740993", "18446744073709551617", "123456789012345678901234567890", "1e999"):
        body = f'{{"dataframe_records": [{{"n": {text}}}, {{"n": NaN}}]}}'.encode()
        assert plain(body, schema) == f'{{"data":[{{"n":{text}}},{{"n":null}}],"options":{{}}}}'.encode()


def test_ping_says_whether_the_model_can_be_asked(http: httpx.Client, loop: Loop) -> None:
    assert http.get("/ping").status_code == 200
    assert http.get("/version").text
    with run_service(loop, "127.0.0.1:1") as away:
        assert away.http.get("/ping").status_code == 503


LINES = "\n".join(json.dumps(row) for row in RECORDS) + "\n"


@pytest.mark.parametrize("kind", ["application/jsonlines", "application/x-ndjson", "application/x-jsonlines"])
def test_a_row_in_each_line_of_json_is_answered_so(http: httpx.Client, kind: str) -> None:
    headers = {"content-type": kind, "accept": "application/jsonlines"}
    for path in ("/invocations", "/predict"):
        answer = http.post(path, content=LINES, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jsonlines"), answer.text
        assert answer.text == '{"prediction":118.5}\n{"prediction":100.0}\n'
    lists = "\r\n".join(map(json.dumps, ROWS))
    assert http.post("/invocations", content=lists, headers={"content-type": kind}).json()["predictions"][1] == 100.0


def test_a_line_that_is_no_json_is_named(http: httpx.Client) -> None:
    headers = {"content-type": "application/jsonlines"}
    answer = http.post("/invocations", content=LINES + '{"wt": ],"x":[}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "BODY_SYNTAX")
    assert "line 3 is not JSON" in answer.json()["detail"]
    unfit = http.post("/predict", content=LINES.replace('"auto"', "1"), headers=headers).json()
    assert (unfit["errors"][0]["row"], unfit["errors"][0]["column"]) == (1, "Gear Type")
