from __future__ import annotations

import asyncio
import gzip
import json
import math
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame, Warn
from anops_model_interface.schema import Schema
from fake_model_service import FakeModelService, Loop, echo
from running_service import Running, run_service

VERSION = (Path(__file__).parents[2] / "VERSION").read_text(encoding="ascii").strip()
ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
CSV = 'wt,hp,cyl,Gear Type\n2.5,110,6,auto\n3,90,4,"manual"\n'


def predict(http: httpx.Client, *rows: dict[str, Any], **options: Any) -> httpx.Response:
    return http.post("/predict", json={"data": list(rows), "options": options})


def test_records_are_answered_in_their_order(http: httpx.Client) -> None:
    answer = predict(http, ROW, {**ROW, "hp": 90}, {**ROW, "hp": 70})
    assert answer.status_code == 200
    body = answer.json()
    assert body["predictions"] == [{"prediction": 118.5}, {"prediction": 98.5}, {"prediction": 78.5}]
    assert body["warnings"] == []
    assert body["model"] == {"name": "cars", "version": "1.0.0", "digest": None}
    assert body["api_version"] == VERSION
    assert body["request_id"] == answer.headers["x-request-id"]


def test_columns_are_answered_like_records(http: httpx.Client) -> None:
    columns = {name: [value, value] for name, value in ROW.items()}
    answer = http.post("/predict", json={"data": columns})
    assert answer.json()["predictions"] == [{"prediction": 118.5}] * 2


def test_csv_is_answered_like_json(http: httpx.Client) -> None:
    answer = http.post("/predict", content=CSV, headers={"content-type": "text/csv; charset=utf-8"})
    assert answer.json()["predictions"] == [{"prediction": 118.5}, {"prediction": 97.0}]


def test_csv_is_given_where_it_is_accepted(http: httpx.Client) -> None:
    accept = {"accept": "application/json;q=0.5, text/csv"}
    answer = http.post("/predict", json={"data": [ROW, {**ROW, "wt": None}]}, headers=accept)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text == "prediction\n118.5\nNA\n"
    assert "anops-warnings" not in answer.headers


def test_warnings_go_with_csv_as_ascii_json(http: httpx.Client) -> None:
    answer = http.post("/predict", json={"data": [{**ROW, "größe": 1}]}, headers={"accept": "text/csv"})
    [warning] = json.loads(answer.headers["anops-warnings"])
    assert warning["column"] == "größe"


def test_warnings_of_the_model_come_with_call_and_rows(http: httpx.Client, model_service: FakeModelService) -> None:
    async def warning(_: Frame, __: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        column = Column("prediction", "number", np.array([np.nan, np.inf, -np.inf]))
        return Frame((column,), 3), (Warn("rank-deficient fit", "predict.lm(model)", "wt", (1, 2)),)

    model_service.behaviour = warning
    body = predict(http, ROW, ROW, ROW).json()
    assert body["predictions"] == [{"prediction": None}, {"prediction": "Inf"}, {"prediction": "-Inf"}]
    assert body["warnings"] == [
        {
            "message": "rank-deficient fit",
            "call": "predict.lm(model)",
            "column": "wt",
            "rows": [1, 2],
            "kind": None,
            "count": 0,
        }
    ]


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_value_outside_what_the_model_was_fitted_on_is_answered_with_a_warning(http: httpx.Client, kind: str) -> None:
    rows = [ROW, {**ROW, "hp": 500}]
    csv = "wt,hp,cyl,Gear Type\n2.5,110,6,auto\n2.5,500,6,auto\n"
    answer = (
        predict(http, *rows)
        if kind == "json"
        else http.post("/predict", content=csv, headers={"content-type": "text/csv"})
    )
    assert [row["prediction"] for row in answer.json()["predictions"]] == [118.5, 508.5]
    assert answer.json()["warnings"] == [
        {
            "message": "column `hp`: row 2 is 500; the model was fitted on 0 to 335. This is extrapolation.",
            "call": None,
            "column": "hp",
            "rows": [2],
            "kind": "extrapolation",
            "count": 1,
        }
    ]


def test_a_column_too_many_is_ignored_with_a_warning(http: httpx.Client, model_service: FakeModelService) -> None:
    body = predict(http, {**ROW, "mpg": 21}).json()
    assert body["predictions"] == [{"prediction": 118.5}]
    assert [warning["column"] for warning in body["warnings"]] == ["mpg"]
    assert model_service.calls[0][0].names() == ("wt", "hp", "cyl", "Gear Type")


def test_a_column_too_few_is_named_with_the_nearest(http: httpx.Client) -> None:
    answer = predict(http, {"wt": 1, "hpp": 3, "cyl": 4, "Gear Type": "auto"})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "COLUMN_MISSING"
    assert "`hp` is missing" in problem["detail"]
    assert "`hpp`" in problem["detail"]


def test_several_faults_are_reported_together_and_the_rest_counted(http: httpx.Client) -> None:
    rows = [{**ROW, "wt": "heavy", "Gear Type": 3}] * 4
    problem = predict(http, *rows, leve=1).json()
    assert len(problem["errors"]) == 5
    assert problem["more"] == 4
    assert problem["errors"][0] == {
        "code": "COLUMN_TYPE",
        "message": 'column `wt` must be a number, not text; row 1 is "heavy"',
        "column": "wt",
        "row": 1,
        "expected": "a number",
        "received": '"heavy"',
    }


def test_problems_are_problem_details(http: httpx.Client) -> None:
    answer = http.post("/predict", content=b'{"data": [\n  {"wt": 1,}]}', headers={"x-request-id": "abc-1"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:anops:problem:body-syntax"
    assert problem["title"] == "The body can't be read"
    assert problem["status"] == 400
    assert problem["instance"] == "/predict"
    assert problem["request_id"] == "abc-1" == answer.headers["x-request-id"]
    assert "line 2, column 11" in problem["detail"] or "line 2" in problem["detail"]


@pytest.mark.parametrize("empty", [[], {}, {"wt": [], "hp": [], "cyl": [], "Gear Type": []}])
def test_empty_data_has_an_empty_answer(http: httpx.Client, empty: object) -> None:
    answer = http.post("/predict", json={"data": empty})
    assert answer.status_code == 200
    assert answer.json()["predictions"] == []


def test_an_intercept_only_model_answers_each_row(loop: Loop, model_service: FakeModelService) -> None:
    async def constant(frame: Frame, _: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        return Frame((Column("prediction", "number", np.full(frame.rows, 20.1)),), frame.rows), ()

    model_service.serve(Schema.of({"outputs": {"prediction": "number"}}))
    model_service.behaviour = constant
    with run_service(loop, model_service.url) as running:
        running.wait_until_ready()
        assert (
            running.http.post("/predict", json={"data": [{}, {}, {}]}).json()["predictions"]
            == [{"prediction": 20.1}] * 3
        )


def test_options_reach_the_model_with_their_defaults(http: httpx.Client, model_service: FakeModelService) -> None:
    predict(http, ROW, interval="confidence", terms=["wt"])
    assert model_service.calls[0][1] == {"interval": "confidence", "level": 0.95, "terms": ["wt"]}


def test_options_of_csv_stand_in_the_query(http: httpx.Client, model_service: FakeModelService) -> None:
    query = "/predict?interval=confidence&level=0.9&terms=wt&terms=hp&exact=true"
    assert http.post(query, content=CSV, headers={"content-type": "text/csv"}).status_code == 200
    assert model_service.calls[0][1] == {
        "interval": "confidence",
        "level": 0.9,
        "terms": ["wt", "hp"],
        "exact": True,
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("leve=0.9", "OPTION_UNKNOWN"),
        ("level=high", "OPTION_VALUE"),
        ("level=2", "OPTION_VALUE"),
        ("level=0.9&level=0.8", "OPTION_VALUE"),
        ("any=nan", "OPTION_VALUE"),
        ("any=1e999", "OPTION_VALUE"),
        ("any=1_0", "OPTION_VALUE"),
        ("any=%D9%A1", "OPTION_VALUE"),
        ("any=1" + "0" * 400, "OPTION_VALUE"),
        ("any=1" + "0" * 5000, "OPTION_VALUE"),
        ("any=" + "1" * 50_000 + "x", "OPTION_VALUE"),
    ],
)
def test_wrong_options_are_refused(http: httpx.Client, query: str, code: str) -> None:
    answer = http.post(f"/predict?{query}", content=CSV, headers={"content-type": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize(("text", "value"), [("-inf", -math.inf), ("1e-400", 0.0), (" .5", 0.5), ("+7.", 7.0)])
def test_numbers_of_the_query_are_read(
    http: httpx.Client, model_service: FakeModelService, text: str, value: float
) -> None:
    query = urlencode({"any": text})
    assert http.post(f"/predict?{query}", content=CSV, headers={"content-type": "text/csv"}).status_code == 200
    assert model_service.calls[0][1]["any"] == value


def test_an_option_larger_than_any_double_is_refused(http: httpx.Client) -> None:
    answer = http.post("/predict", json={"data": [ROW], "options": {"any": 10**400}})
    assert (answer.status_code, answer.json()["code"]) == (422, "OPTION_VALUE")
    assert "below 2^1024 in size" in answer.json()["detail"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_with_a_byte_order_mark_is_read(http: httpx.Client, encoding: str) -> None:
    body = json.dumps({"data": [ROW]}).encode(encoding)
    answer = http.post("/predict", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    wrong = json.dumps({"data": [ROW | {"hp": "potato"}]}).encode(encoding)
    assert (
        http.post("/predict", content=wrong, headers={"content-type": "application/json"}).json()["code"]
        == "COLUMN_TYPE"
    )


def test_records_in_lines_are_refused_with_what_works(http: httpx.Client) -> None:
    lines = "\n".join([json.dumps(ROW)] * 2)
    answer = http.post("/predict", content=lines, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "BODY_SYNTAX")
    assert answer.json()["remedy"].startswith("Put the records into a list")
    records = f"[{lines.replace(chr(10), ', ')}]"
    assert len(http.post("/predict", content=records).json()["predictions"]) == 2


def test_a_file_in_a_form_is_refused_with_what_works(http: httpx.Client) -> None:
    answer = http.post("/predict", files={"file": ("rows.csv", CSV)})
    assert (answer.status_code, answer.json()["code"]) == (415, "MEDIA_TYPE")
    assert "--data-binary @FILE --header 'content-type: text/csv'" in answer.json()["remedy"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"PK\x03\x04" + b"\0" * 90, "a spreadsheet, or another ZIP file"),
        (gzip.compress(CSV.encode(), mtime=0), "compressed with gzip"),
        (b'{"data": []}', "JSON"),
        (b"<html><body>Sign in</body></html>", "a web page, or XML"),
    ],
    ids=["zip", "gzip", "json", "html"],
)
def test_a_file_that_is_no_csv_is_called_by_its_name(http: httpx.Client, body: bytes, kind: str) -> None:
    answer = http.post("/predict", content=body, headers={"content-type": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (400, "BODY_SYNTAX")
    assert answer.json()["detail"] == f"Can't read the body as CSV: it is {kind}."


def test_another_number_of_rows_is_an_error(http: httpx.Client, model_service: FakeModelService) -> None:
    async def short(_: Frame, __: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        return Frame((Column("prediction", "number", np.zeros(1)),), 1), ()

    model_service.behaviour = short
    answer = predict(http, ROW, ROW)
    assert (answer.status_code, answer.json()["code"]) == (500, "MODEL_OUTPUT")


def test_a_failure_of_the_model_keeps_its_call(http: httpx.Client, model_service: FakeModelService) -> None:
    async def failing(_: Frame, __: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        raise AnOpsError(Code.MODEL_FAILED, "subscript out of bounds", call="predict_model(model, newdata)")

    model_service.behaviour = failing
    answer = predict(http, ROW)
    assert answer.status_code == 500
    assert answer.json()["call"] == "predict_model(model, newdata)"


def test_a_died_worker_is_asked_once_more(http: httpx.Client, model_service: FakeModelService) -> None:
    async def dying_once(frame: Frame, options: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        if len(model_service.calls) == 1:
            raise AnOpsError(Code.WORKER_DIED, "The model's process died.")
        return await echo(frame, options)

    model_service.behaviour = dying_once
    assert predict(http, ROW).status_code == 200
    assert len(model_service.calls) == 2


def test_a_worker_that_dies_again_is_a_503(http: httpx.Client, model_service: FakeModelService) -> None:
    async def dying(_: Frame, __: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        raise AnOpsError(Code.WORKER_DIED, "The model's process died.")

    model_service.behaviour = dying
    answer = predict(http, ROW)
    assert (answer.status_code, answer.json()["code"], len(model_service.calls)) == (503, "WORKER_DIED", 2)


async def hang(_: Frame, __: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
    await asyncio.Event().wait()
    raise AssertionError


def test_the_deadline_is_a_504(loop: Loop, model_service: FakeModelService) -> None:
    model_service.behaviour = hang
    with run_service(loop, model_service.url, deadline_seconds=0.2) as running:
        running.wait_until_ready()
        answer = predict(running.http, ROW)
        assert (answer.status_code, answer.json()["code"]) == (504, "DEADLINE")


def test_a_client_that_leaves_stops_the_call(loop: Loop, service: Running, model_service: FakeModelService) -> None:
    model_service.behaviour = hang
    host, port = service.url.removeprefix("http://").split(":")
    body = json.dumps({"data": [ROW]}).encode()
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        loop.run(model_service.started.wait())
    loop.run(model_service.cancelled.wait())


def test_a_body_too_large_is_refused_while_it_is_read(loop: Loop, model_service: FakeModelService) -> None:
    def endless() -> Any:
        for _ in range(1000):
            yield b" " * 1000

    with run_service(loop, model_service.url, limits={"body": 5000}) as running:
        running.wait_until_ready()
        announced = running.http.post("/predict", content=b" " * 5001)
        assert (announced.status_code, announced.json()["code"]) == (413, "BODY_TOO_LARGE")
        try:
            chunked = running.http.post("/predict", content=endless())
        except httpx.TransportError:  # the connection is closed before all is sent
            return
        assert chunked.status_code == 413


def test_a_hundred_thousand_rows_are_answered_in_order(http: httpx.Client) -> None:
    rows = [{**ROW, "hp": i} for i in range(100_000)]
    body = predict(http, *rows).json()
    assert [row["prediction"] for row in body["predictions"]] == [i + 8.5 for i in range(100_000)]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"accept": "image/png"}, 406),
        ({"accept": "application/json;q=0"}, 406),
        ({"content-type": "application/xml"}, 415),
        ({"content-type": "text/csv; charset=klingon"}, 415),
        ({"content-encoding": "br"}, 415),
    ],
)
def test_media_types_it_does_not_speak_are_refused(http: httpx.Client, headers: dict[str, str], status: int) -> None:
    answer = http.post("/predict", content=json.dumps({"data": [ROW]}), headers=headers)
    assert answer.status_code == status
    assert answer.json()["remedy"]


def test_a_body_without_content_type_is_json(service: Running) -> None:
    request = httpx.Request("POST", f"{service.url}/predict", content=json.dumps({"data": [ROW]}))
    assert "content-type" not in request.headers
    assert service.http.send(request).status_code == 200


def test_values_never_reach_the_log(
    http: httpx.Client, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    predict(http, {**ROW, "wt": "s3cret"})
    assert "s3cret" not in caplog.text + "".join(capfd.readouterr())


def test_what_curl_sends_without_a_content_type_is_json(http: httpx.Client) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert http.post("/predict", content=json.dumps({"data": [ROW]}), headers=headers).status_code == 200


def test_a_body_in_another_encoding_is_read(http: httpx.Client) -> None:
    body = "wt,hp,cyl,Gear Type,größe\n1,2,4,auto,3\n".encode("cp1252")
    answer = http.post("/predict", content=body, headers={"content-type": "text/csv; charset=windows-1252"})
    assert [warning["column"] for warning in answer.json()["warnings"]] == ["größe"]


def test_a_failure_of_a_server_of_other_make_is_the_models(http: httpx.Client, model_service: FakeModelService) -> None:
    async def broken(_: Frame, __: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        raise ValueError("CUDA error")

    model_service.behaviour = broken
    answer = predict(http, ROW)
    assert (answer.status_code, answer.json()["code"]) == (500, "MODEL_FAILED")
    assert "CUDA error" in answer.json()["detail"]


def test_an_aborted_connection_of_the_model_service_is_a_503(
    http: httpx.Client, model_service: FakeModelService
) -> None:
    async def stopping(frame: Frame, _: dict[str, Any]) -> tuple[Frame, tuple[Warn, ...]]:
        model_service.loop.event_loop.create_task(model_service.server.stop(None))
        await asyncio.Event().wait()
        return frame, ()

    model_service.behaviour = stopping
    answer = predict(http, ROW)
    assert (answer.status_code, answer.json()["code"]) == (503, "NOT_READY")
    assert answer.headers["retry-after"] == "1"
