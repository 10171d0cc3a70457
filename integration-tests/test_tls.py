"""TLS and mTLS between the services, and in front of them, with certificates that change."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest
from authority import Authority
from free_ports import free_ports
from little_models import write_project
from stack import Service, running, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = {"data": [{"a": 1, "b": 2}]}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("theirs"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("sum"), "python", "sum", row_independent=True)


@pytest.fixture(scope="module")
def stream_port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def model(project: Path, ours: Authority, stream_port: int) -> Iterator[Service]:
    """A model-service that asks who connects for a certificate."""
    certificate, key = ours.issue("model")
    flags = ("--tls-certificate", certificate, "--tls-key", key, "--tls-client-ca", str(ours.file))
    ports = ("--port", "0", "--private-stream-port", str(stream_port))
    with running("anops_model_service", "--project", str(project), *ports, *flags) as service:
        yield service


def asking(model: Service, authority: Authority, pair: tuple[str, str] | None) -> list[str]:
    """Return the flags of an api-service that trusts an authority and shows a certificate."""
    own = ["--model-client-certificate", pair[0], "--model-client-key", pair[1]] if pair is not None else []
    return ["--port", "0", "--model-url", f"127.0.0.1:{model.port}", "--model-ca", str(authority.file), *own]


@contextmanager
def api(*flags: str) -> Iterator[httpx.Client]:
    with (
        running("anops_api_service", *flags) as service,
        httpx.Client(base_url=f"http://127.0.0.1:{service.port}", timeout=90) as client,
    ):
        yield client


def not_ready(client: httpx.Client, said: str) -> dict[str, Any]:
    """Wait until a service says that it is not ready for a reason."""
    wait_until(lambda: said in client.get("/health/ready").text)
    answer: dict[str, Any] = client.get("/health/ready").json()
    return answer


def connections_to(port: int) -> int:
    found = psutil.net_connections("tcp")
    return sum(1 for it in found if it.raddr and it.raddr.port == port and it.status == psutil.CONN_ESTABLISHED)


def test_predictions_take_the_private_stream_with_tls_too(model: Service, stream_port: int, ours: Authority) -> None:
    with api(*asking(model, ours, ours.issue("api"))) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        wait_until(lambda: connections_to(stream_port) == 1)
        assert client.post("/predict", json=ROWS).json()["predictions"] == [{"prediction": 3.0}]
    # who has no certificate is sent away at once; who has one may take ten seconds to say who it is
    context = ssl.create_default_context(cafile=ours.file)
    with (
        socket.create_connection(("127.0.0.1", stream_port), timeout=8) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
        suppress(ssl.SSLError, ConnectionError),
    ):
        assert secure.recv(1) == b""


def test_who_has_a_certificate_of_another_authority_is_not_answered(
    model: Service, ours: Authority, theirs: Authority
) -> None:
    with api(*asking(model, ours, theirs.issue("stranger"))) as client:
        assert "tls_client_ca" in not_ready(client, "can't be reached with TLS")["remedy"]


def test_a_model_service_of_another_authority_is_not_asked(model: Service, theirs: Authority) -> None:
    with api(*asking(model, theirs, None)) as client:
        assert "certificate verify failed" in not_ready(client, "is not trusted")["detail"]


def test_certificates_that_change_hold_for_the_next_connection(project: Path, tmp_path: Path) -> None:
    earlier, later = Authority(tmp_path / "earlier"), Authority(tmp_path / "later")
    certificate, key = earlier.issue("model")
    flags = ("--tls-certificate", certificate, "--tls-key", key)
    with (
        running("anops_model_service", "--project", str(project), "--port", "0", *flags) as model,
        api(*asking(model, earlier, None)) as client,
    ):
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        for new, old in zip(later.issue("model"), (certificate, key), strict=True):
            Path(old).write_bytes(Path(new).read_bytes())
        with api(*asking(model, later, None)) as other:
            wait_until(lambda: other.get("/health/ready").status_code == 200)
            assert other.post("/predict", json=ROWS).is_success
        # who is connected stays so
        assert client.post("/predict", json=ROWS).is_success


@pytest.mark.parametrize("module", ["anops_model_service", "anops_api_service"])
def test_a_service_with_a_key_of_another_certificate_does_not_start_and_says_so(
    module: str, project: Path, ours: Authority
) -> None:
    (certificate, _), (_, key) = ours.issue("one"), ours.issue("two")
    kind = "tls" if module == "anops_model_service" else "https"
    flags = ["--port", "0", f"--{kind}-certificate", certificate, f"--{kind}-key", key]
    flags += ["--project", str(project)] if kind == "tls" else []
    ended = subprocess.run(
        [sys.executable, "-m", module, *flags], capture_output=True, check=False, text=True, timeout=120
    )
    assert ended.returncode == 2
    assert f"The key in {key} does not belong to the certificate in {certificate}." in ended.stderr


def test_the_api_service_answers_over_https_alone(model: Service, ours: Authority) -> None:
    certificate, key = ours.issue("rest")
    flags = ("--https-certificate", certificate, "--https-key", key)
    with (
        running("anops_api_service", *asking(model, ours, ours.issue("api")), *flags) as service,
        httpx.Client(
            base_url=f"https://127.0.0.1:{service.port}",
            verify=ssl.create_default_context(cafile=ours.file),
            timeout=60,
        ) as client,
    ):
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        answer = client.post("/predict", json={"data": [{"a": i, "b": 2} for i in range(20_000)]})
        assert answer.json()["predictions"][-1] == {"prediction": 20_001.0}
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{service.port}/health/live", timeout=60)


@pytest.mark.parametrize("check", ["anops_api_service", "anops_model_service"])
def test_the_check_of_health_in_an_image_needs_no_certificate_of_its_own(
    check: str, model: Service, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = ours.issue("checked")
    flags = ("--https-certificate", certificate, "--https-key", key)
    monkeypatch.setenv("ANOPS_TLS_CERTIFICATE", certificate)
    monkeypatch.setenv("ANOPS_GRPC_PORT", str(model.port))
    monkeypatch.setenv("ANOPS_HTTPS_CERTIFICATE", certificate)

    def healthy() -> bool:
        ended = subprocess.run(
            [sys.executable, "-m", f"{check}.healthcheck"], capture_output=True, check=False, timeout=120
        )
        return ended.returncode == 0

    if check == "anops_model_service":
        assert healthy()
        return
    monkeypatch.delenv("ANOPS_TLS_CERTIFICATE")
    with running("anops_api_service", *asking(model, ours, ours.issue("api")), *flags) as service:
        monkeypatch.setenv("ANOPS_PORT", str(service.port))
        wait_until(healthy)
