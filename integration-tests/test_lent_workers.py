"""Workers that an api-service asks directly are for everybody else too, and what the supervisor promises holds."""

from __future__ import annotations

import signal
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import grpc
import psutil
import pytest
from anops_model_interface.open_inference import open_inference_pb2 as oip
from anops_model_interface.open_inference import open_inference_pb2_grpc
from little_models import write_project
from stack import Service, Stack, running, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    import httpx

SECONDS = 'seconds = { type = "number", default = 0 }'


@pytest.fixture
def project(tmp_path: Path, language: str) -> Path:
    options = SECONDS + '\nmark = { type = "string", default = "" }'
    return write_project(
        tmp_path / "project", language, "marks", options=options, service="workers = 2", writable=tmp_path
    )


@pytest.fixture
def stack(project: Path) -> Iterator[Stack]:
    with serving(project) as stack:
        wait_until(lambda: lent(stack) == 2)
        yield stack


def lent(stack: Stack) -> int:
    """Return how many workers have a connection to an api-service."""
    count = 0
    for worker in stack.model.workers():
        connections = worker.net_connections(kind="tcp")
        count += any(one.status == psutil.CONN_ESTABLISHED for one in connections)
    return count


def another_api(stack: Stack) -> AbstractContextManager[Service]:
    return running("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{stack.model.port}")


def ask(client: httpx.Client, **options: float | str) -> httpx.Response:
    return client.post("/predict", json={"data": [{"a": 1, "b": 2}], "options": options})


def test_a_grpc_client_gets_a_worker_that_is_lent(stack: Stack) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{stack.model.port}") as channel:
        request = oip.ModelInferRequest(model_name="marks")
        for name, value in (("a", 1.0), ("b", 2.0)):
            tensor = request.inputs.add(name=name, datatype="FP64", shape=[1])
            tensor.contents.fp64_contents.append(value)
        answer = open_inference_pb2_grpc.GRPCInferenceServiceStub(channel).ModelInfer(request, timeout=60)
    assert struct.unpack("<d", answer.raw_output_contents[0]) == (3.0,)
    assert lent(stack) < 2
    assert ask(stack.client).status_code == 200


def test_two_api_services_share_the_workers(stack: Stack) -> None:
    with another_api(stack) as second:
        wait_until(lambda: lent(stack) == 0)
        with type(stack.client)(base_url=f"http://127.0.0.1:{second.port}", timeout=60) as other:
            wait_until(lambda: other.get("/health/ready").status_code == 200)
            assert [ask(client).status_code for client in (stack.client, other) * 4] == [200] * 8
    wait_until(lambda: lent(stack) == 2)
    assert ask(stack.client).status_code == 200


def test_workers_come_back_from_an_api_service_that_is_killed(stack: Stack, tmp_path: Path) -> None:
    mark = tmp_path / "begun"
    with ThreadPoolExecutor() as pool:
        # longer than a loaded machine takes to come to the kill
        asked = pool.submit(ask, stack.client, seconds=5, mark=str(mark))
        wait_until(mark.exists)
        stack.api.process.send_signal(signal.SIGKILL)
        assert asked.exception() is not None
    workers = {worker.pid for worker in stack.model.workers()}
    with another_api(stack) as second, type(stack.client)(base_url=f"http://127.0.0.1:{second.port}") as other:
        wait_until(lambda: other.get("/health/ready").status_code == 200)
        assert ask(other).status_code == 200
        wait_until(lambda: lent(stack) == 2)
    assert {worker.pid for worker in stack.model.workers()} == workers


def test_a_worker_is_replaced_after_its_last_request_and_none_fails(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANOPS_WORKER_MAX_REQUESTS", "5")
    with serving(project) as stack, ThreadPoolExecutor(4) as pool:
        wait_until(lambda: lent(stack) == 2)
        before = {worker.pid for worker in stack.model.workers()}
        assert {answer.status_code for answer in pool.map(lambda _: ask(stack.client), range(60))} == {200}
        wait_until(lambda: not before & {worker.pid for worker in stack.model.workers()})


def test_workers_need_not_be_lent(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANOPS_WORKER_LEND", "false")
    with serving(project) as stack:
        assert ask(stack.client).status_code == 200
        assert lent(stack) == 0
