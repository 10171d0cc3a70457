from __future__ import annotations

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import Problem
from anops_model_interface.schema import Schema
from fake_model_service import Answer, FakeModelService, Loop, total
from running_service import Running, run_service, tries

if TYPE_CHECKING:
    import httpx
    from anops_model_interface.frames import Frame

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}


def test_without_a_model_service_it_is_not_ready(loop: Loop) -> None:
    with run_service(loop, "127.0.0.1:1") as running:
        answer = running.wait_for("/health/ready", 503)
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["code"] == "NOT_READY"
        assert "127.0.0.1:1" in answer.json()["detail"]
        assert running.http.post("/predict", json={"data": [ROW]}).status_code == 503
        assert running.http.get("/health/live").status_code == 200


def test_a_model_that_stops_serving_is_not_ready(service: Running, model_service: FakeModelService) -> None:
    model_service.set_serving(False)
    service.wait_for("/health/ready", 503)
    model_service.set_serving(True)
    service.wait_until_ready()


def test_why_no_worker_starts_is_told(service: Running, model_service: FakeModelService, cars: Schema) -> None:
    why = Problem(Code.MODEL_LOAD, "Can't find `model.rds`.", remedy="Put it there.")
    model_service.set_serving(False)
    service.wait_for("/health/ready", 503)
    model_service.serve(cars, **{"anops.why_not": why.to_bytes().decode()})  # known once some starts have failed
    for _ in tries():
        told = service.wait_for("/health/ready", 503).json()
        if told["detail"] == why.message:
            break
    assert (told["detail"], told["remedy"], told["code"]) == (why.message, why.remedy, "NOT_READY")
    model_service.serve(cars)
    model_service.set_serving(True)
    service.wait_until_ready()


def test_a_reloaded_model_is_served_with_its_new_schema(service: Running, model_service: FakeModelService) -> None:
    model_service.set_serving(False)
    service.wait_for("/health/ready", 503)
    schema = {"inputs": {"age": "number"}, "outputs": {"prediction": "number"}}
    model_service.serve(Schema.of(schema), name="mortality", version="2")
    model_service.set_serving(True)
    service.wait_until_ready()
    answer = service.http.post("/predict", json={"data": [{"age": 50}]}).json()
    assert answer["predictions"] == [{"prediction": 50}]
    assert answer["model"] == {"name": "mortality", "version": "2", "digest": None}
    assert "age" in service.http.get("/openapi.json").text


def test_a_model_service_that_comes_back_is_found_again(service: Running, model_service: FakeModelService) -> None:
    model_service.stop()
    service.wait_for("/health/ready", 503)
    answer = service.http.post("/predict", json={"data": [ROW]})
    assert (answer.status_code, answer.json()["code"]) == (503, "NOT_READY")
    model_service.start()
    service.wait_until_ready()
    assert service.http.post("/predict", json={"data": [ROW]}).status_code == 200


@pytest.mark.parametrize("name", ["", "cars"])
def test_a_server_without_health_service_is_polled(loop: Loop, cars: Schema, name: str) -> None:
    server = FakeModelService(loop, cars, with_health=False)
    server.ready = False
    server.start()
    try:
        with run_service(loop, server.url, model_name=name, poll_seconds=0.02) as running:
            running.wait_for("/health/ready", 503)
            server.ready = True
            running.wait_until_ready()
            server.ready = False
            running.wait_for("/health/ready", 503)
    finally:
        server.stop()


def test_one_that_takes_connections_and_says_nothing_is_told(loop: Loop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"127.0.0.1:{listener.getsockname()[1]}"
        with run_service(loop, url, deadline_seconds=5) as running:
            answer = running.http.post("/predict", json={"data": [ROW]})
            assert answer.status_code == 503
            assert answer.elapsed.total_seconds() < 5, "nobody waits for it until the deadline"
            while "does not answer" not in answer.json()["detail"]:
                answer = running.wait_for("/health/ready", 503)
            assert running.http.post("/predict", json={"data": [ROW]}).json()["detail"] == answer.json()["detail"]


def test_requests_wait_for_a_model_service_that_is_replaced(
    service: Running, model_service: FakeModelService, monkeypatch: pytest.MonkeyPatch
) -> None:
    # longer than a busy machine may take to start the next one
    monkeypatch.setattr("anops_api_service.models.returning.RETURN_SECONDS", 20.0)
    with ThreadPoolExecutor(8) as pool:
        for version in ("1.0.1", "1.0.2"):
            model_service.stop()
            service.wait_for("/health/ready", 503)
            asked = [pool.submit(service.http.post, "/predict", json={"data": [ROW]}) for _ in range(8)]
            time.sleep(0.1)
            model_service.serve(model_service.schema, version=version)
            model_service.start()
            answers = [one.result() for one in asked]
            assert [answer.status_code for answer in answers] == [200] * 8
            assert {answer.json()["model"]["version"] for answer in answers} == {version}


def test_rows_that_wait_are_read_again_for_a_model_of_other_columns(
    service: Running, model_service: FakeModelService
) -> None:
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def late(frame: Frame, _: dict[str, Any]) -> Answer:
        begun.set()
        await goes_on.wait()
        return await total(frame, {})

    model_service.behaviour = late
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(service.http.post, "/predict", json={"data": [ROW]}) for _ in range(8)]
        model_service.loop.run(begun.wait())
        model_service.stop()
        service.wait_for("/health/ready", 503)
        model_service.behaviour = total
        schema = {"inputs": {"wt": "number"}, "outputs": {"prediction": "number"}}
        model_service.serve(Schema.of(schema), version="2")
        model_service.start()
        for one in asked:
            assert one.result().json()["predictions"] == [{"prediction": 2.5}]


def test_a_server_of_the_bare_protocol_is_served_by_its_tensors(loop: Loop, model_service: FakeModelService) -> None:
    del model_service.metadata.properties["anops.schema"]
    with run_service(loop, model_service.url) as running:
        running.wait_until_ready()
        assert running.http.post("/predict", json={"data": [ROW]}).json()["predictions"] == [{"prediction": 118.5}]


def test_a_model_the_server_lacks_is_named(loop: Loop, model_service: FakeModelService) -> None:
    with run_service(loop, model_service.url, model_name="trees") as running:
        answer: httpx.Response = running.wait_for("/health/ready", 503)
        while "trees" not in answer.text:
            answer = running.http.get("/health/ready")
        assert answer.json()["code"] == "NOT_READY"


def test_where_the_private_stream_cant_be_reached_grpc_is_taken(loop: Loop, model_service: FakeModelService) -> None:
    model_service.serve(model_service.schema, **{"anops.stream": f"1/{'0' * 32}"})
    with run_service(loop, model_service.url) as running:
        running.wait_until_ready()
        assert running.http.post("/predict", json={"data": [ROW]}).json()["predictions"] == [{"prediction": 118.5}]
