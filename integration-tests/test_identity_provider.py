"""Tokens of a real identity provider, which runs as a process: oidc-provider of the npm registry."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anops
import httpx
import pandas as pd
import pytest
from free_ports import free_ports
from little_models import write_project
from stack import Service, running, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.long
PROGRAM = Path(__file__).with_name("identity_provider.mjs")
OURS, OTHER = "urn:anops:models", "urn:someone:else"
ROWS = {"data": [{"a": 1, "b": 2}]}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Node finds the provider."""
    folder = tmp_path_factory.mktemp("node")
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "oidc-provider@9.13.3"]
    subprocess.run(npm, cwd=folder, check=True, timeout=300)
    shutil.copy(PROGRAM, folder)
    return folder


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@contextmanager
def provider(node: Path, port: int, key_id: str, *, seconds: int = 600) -> Iterator[str]:
    command = ["node", PROGRAM.name, str(port), key_id, str(seconds)]
    with subprocess.Popen(command, cwd=node, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    project = write_project(tmp_path_factory.mktemp("sum"), "python", "sum", row_independent=True)
    with running("anops_model_service", "--project", str(project), "--port", "0") as service:
        yield service


@contextmanager
def api(model: Service, issuer: str, *flags: str) -> Iterator[str]:
    wanted = ("--jwt-issuer", issuer, "--jwt-audience", OURS, *flags)
    with running("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{model.port}", *wanted) as service:
        url = f"http://127.0.0.1:{service.port}"
        wait_until(lambda: httpx.get(f"{url}/health/ready", timeout=60).status_code == 200)
        yield url


def token(issuer: str, client: str = "dashboard", audience: str = OURS, scope: str = "predict metadata") -> str:
    known = httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=60).json()
    asked = {
        "grant_type": "client_credentials",
        "client_id": client,
        "client_secret": "secret",
        "resource": audience,
        "scope": scope,
    }
    answer = httpx.post(known["token_endpoint"], data=asked, timeout=60)
    assert answer.is_success, answer.text
    return str(answer.json()["access_token"])


def ask(url: str, bearer: str) -> tuple[int, str]:
    answer = httpx.post(f"{url}/predict", json=ROWS, headers={"authorization": f"Bearer {bearer}"}, timeout=60)
    return answer.status_code, answer.json().get("detail", "")


def test_a_token_opens_what_its_scopes_say_and_only_here(node: Path, port: int, model: Service) -> None:
    with provider(node, port, "first") as issuer, api(model, issuer) as url:
        good = token(issuer)
        assert ask(url, good) == (200, "")
        with anops.Client(url, key=good) as client:
            assert client.predict(pd.DataFrame({"a": [1.0], "b": [2.0]}))["prediction"].tolist() == [3.0]
        assert ask(url, token(issuer, "reader", scope="metadata")) == (
            403,
            "This needs the scope `predict`; the caller `reader` has: metadata.",
        )
        status, said = ask(url, token(issuer, audience=OTHER))
        assert (status, f"its audience (`aud`) lacks `{OURS}`" in said) == (401, True)
        head, claims, signature = good.split(".")
        assert ask(url, f"{head}.{claims}.{signature[:-6]}AAAAAA")[0] == 401
        assert "can't be read" in ask(url, f"{head}.{claims}")[1]


def test_keys_that_the_provider_changes_need_no_restart(node: Path, port: int, model: Service) -> None:
    with ExitStack() as first:
        issuer = first.enter_context(provider(node, port, "first"))
        earlier = token(issuer)
        with api(model, issuer) as url:
            assert ask(url, earlier)[0] == 200
            first.close()
            with provider(node, port, "second"):
                later = token(issuer)
                wait_until(lambda: ask(url, later)[0] == 200)
                status, said = ask(url, earlier)
                assert (status, "signed with a key that" in said) == (401, True)


def test_a_token_ends_with_its_time_and_the_leeway(node: Path, port: int, model: Service) -> None:
    with provider(node, port, "first", seconds=2) as issuer, api(model, issuer, "--jwt-leeway-seconds", "1") as url:
        short = token(issuer)
        assert ask(url, short)[0] == 200
        time.sleep(3.5)
        assert ask(url, short) == (401, "The token has expired.")
