from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import grpc
import pytest
from anops_model_service.healthcheck import main
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def servicer(monkeypatch: pytest.MonkeyPatch) -> Iterator[health.HealthServicer]:
    """The health service of a running server, whose port the check is told."""
    server = grpc.server(ThreadPoolExecutor(1))
    made = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(made, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setenv("ANOPS_GRPC_PORT", str(port))
    yield made
    server.stop(None).wait()


@pytest.mark.parametrize(("status", "code"), [("SERVING", 0), ("NOT_SERVING", 1)])
def test_the_check_is_what_the_service_says_of_itself(
    servicer: health.HealthServicer, status: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    servicer.set("", health_pb2.HealthCheckResponse.ServingStatus.Value(status))
    assert main() == code
    assert capsys.readouterr().out == f"{status}\n"


def test_a_proxy_of_the_environment_is_not_asked(
    servicer: health.HealthServicer, monkeypatch: pytest.MonkeyPatch
) -> None:
    servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert main() == 0


def test_a_service_that_does_not_answer_is_not_healthy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANOPS_GRPC_PORT", "1")
    assert main() == 1
    assert "The model-service does not answer: " in capsys.readouterr().err
