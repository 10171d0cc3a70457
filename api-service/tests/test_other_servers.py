"""Servers of other makes, as MLServer, KServe and Triton were seen to behave, behind the api-service."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.open_inference.tensor_layout import Declared
from anops_model_interface.schema import Schema
from fake_model_service import FakeModelService, Loop
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

AB = Schema.of({"inputs": {"a": "number", "b": "number"}, "outputs": {"prediction": "number"}})


@pytest.fixture
def server(loop: Loop) -> Iterator[FakeModelService]:
    """A server that knows nothing of `anops.schema`."""
    service = FakeModelService(loop, AB, with_health=False)
    service.metadata.properties.clear()
    service.start()
    yield service
    service.stop()


def tensors(server: FakeModelService, *inputs: tuple[str, str, list[int]]) -> None:
    del server.metadata.inputs[:]
    for name, datatype, shape in inputs:
        server.metadata.inputs.add(name=name, datatype=datatype, shape=shape)


def refusal(running: Running, word: str) -> dict[str, Any]:
    """Wait until the service says why it is not ready."""
    pause = threading.Event()
    for _ in range(3000):
        answer: httpx.Response = running.http.get("/health/ready")
        if word in answer.text:
            break
        pause.wait(0.01)
    assert word in answer.text
    assert answer.status_code == 503
    assert running.http.post("/predict", json={"data": [{"a": 1}]}).json()["detail"] == answer.json()["detail"]
    problem: dict[str, Any] = answer.json()
    return problem


def predict(running: Running, *rows: dict[str, Any]) -> httpx.Response:
    return running.http.post("/predict", json={"data": list(rows)})


def test_a_server_that_names_no_columns_is_not_ready_but_says_how(loop: Loop, server: FakeModelService) -> None:
    tensors(server)
    with run_service(loop, server.url) as running:
        problem = refusal(running, "does not say which columns")
        assert "--schema-file" in problem["remedy"]
        assert "ANOPS_SCHEMA_FILE" in problem["remedy"]
    assert not server.calls


@pytest.mark.parametrize("tensor", ["", "x"])
def test_a_file_of_columns_makes_it_ready(loop: Loop, server: FakeModelService, tensor: str) -> None:
    tensors(server)
    with run_service(loop, server.url, declared=Declared(AB, tensor, "FP32")) as running:
        running.wait_until_ready()
        assert predict(running, {"a": 1, "b": 2}, {"a": 3, "b": 4}).json()["predictions"] == [
            {"prediction": 3},
            {"prediction": 7},
        ]


def test_a_tensor_of_several_columns_is_served(loop: Loop, server: FakeModelService) -> None:
    tensors(server, ("x", "FP32", [-1, 2]))
    with run_service(loop, server.url) as running:
        running.wait_until_ready()
        assert predict(running, {"x_1": 1, "x_2": 2}).json()["predictions"] == [{"prediction": 3}]
        csv = running.http.post("/predict", content="x_2,x_1\n1,2\n5,6\n", headers={"content-type": "text/csv"})
        assert csv.json()["predictions"] == [{"prediction": 3}, {"prediction": 11}]


@pytest.mark.parametrize(
    ("datatype", "value"), [("INT8", 300), ("INT32", 3_000_000_000), ("UINT8", -1), ("FP32", 1e300)]
)
def test_a_value_beyond_the_servers_datatype_is_refused_with_its_row(
    loop: Loop, server: FakeModelService, datatype: str, value: float
) -> None:
    tensors(server, ("a", datatype, [-1]), ("b", "FP64", [-1]))
    with run_service(loop, server.url) as running:
        running.wait_until_ready()
        answer = predict(running, {"a": 1, "b": 1}, {"a": value, "b": 1})
        assert (answer.status_code, answer.json()["code"]) == (422, "COLUMN_RANGE")
        assert [(fault["column"], fault["row"]) for fault in answer.json()["errors"]] == [("a", 2)]
    assert not server.calls


def test_what_its_datatype_only_comes_near_is_answered_with_a_warning(loop: Loop, server: FakeModelService) -> None:
    tensors(server, ("a", "FP32", [-1]), ("b", "FP64", [-1]))
    with run_service(loop, server.url) as running:
        running.wait_until_ready()
        [warning] = predict(running, {"a": 16777217, "b": 1}).json()["warnings"]
        assert warning["column"] == "a"


@pytest.mark.parametrize("empty", [[], {"a": [], "b": []}])
def test_no_rows_are_answered_without_the_server(loop: Loop, server: FakeModelService, empty: object) -> None:
    with run_service(loop, server.url) as running:
        running.wait_until_ready()
        answer = running.http.post("/predict", json={"data": empty})
        assert (answer.status_code, answer.json()["predictions"]) == (200, [])
        csv = running.http.post("/predict", json={"data": empty}, headers={"accept": "text/csv"})
        assert csv.text == "prediction\n"
    assert not server.calls


def test_what_the_server_refuses_is_not_called_an_unreadable_tensor(loop: Loop, server: FakeModelService) -> None:
    async def refuse(*_: object) -> Any:
        raise AnOpsError(Code.COLUMN_VALUE, "no such gear")

    server.behaviour = refuse
    server.tells_problems = False
    with run_service(loop, server.url) as running:
        running.wait_until_ready()
        answer = predict(running, {"a": 1, "b": 2})
        assert (answer.status_code, answer.json()["code"]) == (422, "MODEL_REFUSED")
        assert "no such gear" in answer.json()["detail"]


@pytest.mark.parametrize(("name", "word"), [("", "needs the name"), ("trees", "has no model `trees`")])
@pytest.mark.parametrize("ready", ["not found", "not ready", "unknown"])
def test_a_model_that_is_not_found_names_the_setting(
    loop: Loop, server: FakeModelService, name: str, word: str, ready: str
) -> None:
    server.only_by_name = True
    server.unknown_model = {
        "not found": grpc.StatusCode.NOT_FOUND,
        "not ready": None,
        "unknown": grpc.StatusCode.UNKNOWN,
    }[ready]
    with run_service(loop, server.url, model_name=name) as running:
        problem = refusal(running, word)
        assert "--model-name NAME or ANOPS_MODEL_NAME" in problem["remedy"]


def test_metadata_that_cant_be_read_is_told_once_and_asked_for_ever_less_often(
    loop: Loop, server: FakeModelService, caplog: pytest.LogCaptureFixture
) -> None:
    server.metadata_bytes = b"\xff" * 100
    with run_service(loop, server.url, poll_seconds=0.01) as running:
        refusal(running, "ModelMetadata")
        threading.Event().wait(1.5)
        fetched = server.metadata_fetched
        told = [record for record in caplog.records if "ModelMetadata" in record.getMessage()]
        assert (len(told), fetched < 12) == (1, True)
        assert not [record for record in caplog.records if record.exc_info]
        server.metadata_bytes = None
        running.wait_until_ready()
