"""Who may ask the control service for what, over what, and how slowly."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import jwt
import pytest
import trustme
from anops_http.access.key_file import hash_of, new_secret
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AUDIENCE = "urn:anops:control"


class Provider:
    """An identity provider with one key."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(provider.told(self.path)).encode())

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def told(self, path: str) -> dict[str, Any]:
        if path.endswith("/openid-configuration"):
            return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"}
        return {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key())) | {"kid": "one"}]}

    def token(self, scope: str, *, audience: str = AUDIENCE, seconds: float = 600) -> str:
        claims = {"iss": self.issuer, "aud": audience, "sub": "ana", "scope": scope, "exp": time.time() + seconds}
        return jwt.encode(claims, self._key, "RS256", headers={"kid": "one", "typ": "at+jwt"})


@pytest.fixture(scope="module")
def provider() -> Provider:
    return Provider()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def serving(root: Path, authority: trustme.CA | None, **environment: str) -> Iterator[httpx.Client]:
    command = [sys.executable, "-m", "anops_control_service", "--root", str(root), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | environment) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split(" listens on ")[1].split(";")[0]
            context = ssl.create_default_context()
            if authority is not None:
                authority.configure_trust(context)
            with httpx.Client(base_url=url, timeout=60, trust_env=False, verify=context) as client:
                yield client
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def client(
    provider: Provider, authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[httpx.Client, Path]]:
    folder = tmp_path_factory.mktemp("control")
    certificate = authority.issue_cert("127.0.0.1", "control.example.org")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(folder / "cert.pem", append=True)
    environment = {
        "ANOPS_HTTPS_CERTIFICATE": str(folder / "cert.pem"),
        "ANOPS_HTTPS_KEY": str(folder / "key.pem"),
        "ANOPS_HOSTS": "control.example.org",
        "ANOPS_JWT_ISSUER": provider.issuer,
        "ANOPS_JWT_AUDIENCE": AUDIENCE,
    }
    with serving(folder / "root", authority, **environment) as client:
        assert client.base_url.scheme == "https"
        yield client, folder / "root"


def asked(client: httpx.Client, secret: str, path: str = "/v1/projects", method: str = "GET", **more: Any) -> Any:
    return client.request(method, path, headers={"Authorization": f"Bearer {secret}"}, **more)


def test_a_token_of_the_provider_opens_what_its_scopes_say(
    client: tuple[httpx.Client, Path], provider: Provider
) -> None:
    service, _ = client
    chief, reader = provider.token("anops:admin"), provider.token("anops:metadata")
    assert asked(service, chief, "/v1/projects/cars/files/a.txt", "PUT", content=b"a").is_success
    assert asked(service, reader).is_success
    assert asked(service, reader, "/v1/projects/cars").is_success
    for path, method in (("/v1/projects/cars/files/a.txt", "GET"), ("/v1/projects/cars/check", "POST")):
        refused = asked(service, reader, path, method)
        assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
        assert refused.json()["detail"] == "This needs the scope `admin`; the caller `ana` has: metadata."


def test_a_token_that_does_not_count_is_told_why(client: tuple[httpx.Client, Path], provider: Provider) -> None:
    service, _ = client
    for token, why in (
        (provider.token("admin", audience="urn:another"), "its audience"),
        (provider.token("admin", seconds=-600), "expired"),
        (Provider().token("admin"), ""),
        ("not.a.token", ""),
    ):
        refused = asked(service, token)
        assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHENTICATED")
        assert why in refused.json()["detail"]
    assert service.get("/v1/projects").status_code == 401
    assert service.get("/health").status_code == 200


def test_keys_and_the_own_token_count_beside_it(client: tuple[httpx.Client, Path]) -> None:
    service, root = client
    secret = new_secret()
    entry = f'[[key]]\nname = "ci"\nhash = "{hash_of(secret)}"\nscopes = ["metadata"]\n'
    (root / ".anops-control/keys.toml").write_text(entry)
    end = time.monotonic() + 90
    while not asked(service, secret).is_success:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert asked(service, secret, "/v1/projects/cars/check", "POST").status_code == 403


def test_it_answers_under_its_names_alone(client: tuple[httpx.Client, Path], provider: Provider) -> None:
    service, _ = client
    token = provider.token("metadata")
    for host, status in (("control.example.org", 200), ("evil.example", 421)):
        answer = service.get("/v1/projects", headers={"Authorization": f"Bearer {token}", "Host": host})
        assert answer.status_code == status
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_certificate_that_can_not_be_used_keeps_it_from_starting(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("none")
    environment = {"ANOPS_HTTPS_CERTIFICATE": str(tmp_path / "cert.pem"), "ANOPS_HTTPS_KEY": str(tmp_path / "key.pem")}
    command = [sys.executable, "-m", "anops_control_service", "--root", str(tmp_path), "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environment)
    assert ended.returncode == 1
    assert str(tmp_path / "cert.pem") in ended.stderr
    assert "Traceback" not in ended.stderr


def test_who_stalls_is_sent_away_and_keeps_nobody_out(authority: trustme.CA, tmp_path: Path) -> None:
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    environment = {
        "ANOPS_HTTPS_CERTIFICATE": str(tmp_path / "cert.pem"),
        "ANOPS_HTTPS_KEY": str(tmp_path / "key.pem"),
        "ANOPS_HEADER_SECONDS": "3",
        "ANOPS_BODY_SECONDS": "1",
        "ANOPS_MAX_CONNECTIONS": "12",
    }
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with ExitStack() as stack:
        client = stack.enter_context(serving(tmp_path / "root", authority, **environment))
        token = (tmp_path / "root/.anops-control/token").read_text().strip()
        ask = f"HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\ncontent-length: 5000\r\n\r\n"

        def connect(said: str) -> ssl.SSLSocket:
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=60))
            safe = stack.enter_context(context.wrap_socket(plain, server_hostname="127.0.0.1"))
            safe.sendall(said.encode())
            return safe

        stalled = [
            connect(f"POST /v1/projects/a/init {ask}{{"),
            connect(f"PUT /v1/projects/a/files/a.csv {ask}a,b"),
            connect("GET /health HTTP/1.1\r\nhost"),
        ]
        for connection in stalled:
            answer = b"".join(iter(partial(connection.recv, 4096), b""))
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"start the control service with a larger" in answer
        # however many never shake hands, others are let in, and these are sent away as heads are that don't come
        silent = [
            stack.enter_context(socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=60))
            for _ in range(40)
        ]
        assert client.get("/health").is_success
        for each in silent:
            with suppress(ConnectionError):
                assert each.recv(1) == b""
