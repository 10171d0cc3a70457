from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import httpx
import pytest
from anops_api_service.access import NobodyAskedError, layers_of, scope_for
from anops_api_service.settings import Settings
from anops_http.access.key_file import hash_of, new_secret
from anops_http.access.scopes import Scope
from running_service import Running, run_service

if TYPE_CHECKING:
    from pathlib import Path

    from fake_model_service import FakeModelService, Loop

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    secrets = {scope: new_secret() for scope in ("predict", "metadata")}
    file = tmp_path / "keys.toml"
    file.write_text(
        "".join(
            f'[[key]]\nname = "{scope}"\nhash = "{hash_of(secret)}"\nscopes = ["{scope}"]\n'
            for scope, secret in secrets.items()
        )
    )
    return file, secrets


def test_keys_are_asked_for_on_every_path_but_health_and_the_bare_page(
    loop: Loop, model_service: FakeModelService, keys: tuple[Path, dict[str, str]]
) -> None:
    file, secrets = keys
    own = new_secret()
    layers = layers_of(Settings(keys_file=file, own_key_hash=hash_of(own), host="0.0.0.0"))  # noqa: S104
    with run_service(loop, model_service.url, layers=layers) as service:
        service.wait_until_ready()

        def status(path: str, key: str | None = None) -> int:
            headers = {"authorization": f"Bearer {key}"} if key else {}
            if path.endswith(("predict", "invocations", "infer")):
                return service.http.post(path, json={"data": [ROW]}, headers=headers).status_code
            return service.http.get(path, headers=headers).status_code

        paths = ("/invocations", "/v2", "/v2/models/cars", "/v2/models/cars/infer", "/v2/models/ready", "/version")
        assert {status(path) for path in paths} == {401}
        probes = ("/ping", "/v2/health/live", "/v2/health/ready", "/v2/models/cars/versions/1.0.0/ready")
        assert {status(path) for path in probes} == {200}
        paths = ("/predict", "/models/cars/predict", "/model", "/models", "/openapi.json", "/docs", "/nothing")
        assert {status(path) for path in paths} == {401}
        assert {status(path) for path in ("/health", "/health/live", "/health/ready")} == {200}
        assert status("/predict", secrets["predict"]) == 200
        assert status("/model", secrets["metadata"]) == 200
        assert status("/model", secrets["predict"]) == 403
        assert status("/predict", secrets["metadata"]) == 403
        assert status("/model", own) == status("/predict", own) == 200

        refused = service.http.get("/model", headers={"x-api-key": secrets["predict"]})
        assert refused.json()["detail"] == "This needs the scope `metadata`; the caller `predict` has: predict."
        assert refused.json()["code"] == "FORBIDDEN"
        refused = service.http.post("/predict", json={"data": [ROW]}, headers={"x-request-id": "mine"})
        assert refused.headers["www-authenticate"] == "Bearer"
        assert "Basic" in service.http.get("/docs").headers["www-authenticate"]
        assert service.http.get("/docs", auth=("me", secrets["metadata"])).status_code == 200
        assert service.http.get("/docs", auth=("me", "ao_another")).status_code == 401
        assert service.http.post("/predict", json={"data": [ROW]}, auth=("me", secrets["predict"])).status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["request_id"] == refused.headers["x-request-id"] == "mine"


def test_a_line_break_behind_a_path_opens_nothing(
    loop: Loop, model_service: FakeModelService, keys: tuple[Path, dict[str, str]]
) -> None:
    file, secrets = keys
    with run_service(loop, model_service.url, layers=layers_of(Settings(keys_file=file))) as service:
        service.wait_until_ready()
        headers = {"authorization": f"Bearer {secrets['metadata']}"}
        for path in (
            *("/predict", "/models/cars/predict", "/models/cars/versions/1.0.0/predict", "/invocations", "/forecast"),
            *("/outcomes", "/v2/models/cars/infer", "/v2/models/cars/versions/1.0.0/infer", "/observations"),
        ):
            for end in ("%0A", "%0a", "%0D%0A", "%00"):
                told = service.http.post(f"{path}{end}", json={"data": [ROW]}, headers=headers)
                assert (told.status_code, told.json()["code"]) == (404, "PATH_NOT_FOUND"), path
        assert service.http.get("/metrics%0A", headers=headers).status_code == 404
        assert service.http.get("/model%0A", headers=headers).status_code == 404


def test_without_keys_a_web_page_can_t_ask_under_a_name_of_its_own(loop: Loop, model_service: FakeModelService) -> None:
    with run_service(loop, model_service.url, layers=layers_of(Settings(hosts="models.example.org"))) as service:
        service.wait_until_ready()

        foreign = service.http.get("/model", headers={"host": "evil.example"})
        page = service.http.get("/", headers={"host": "evil.example"})
        own = service.http.get("/model", headers={"host": "models.example.org:8080"})

        assert (foreign.status_code, foreign.json()["code"]) == (421, "HOST")
        assert page.status_code == 421
        assert own.status_code == service.http.get("/model").status_code == 200


def test_pages_take_nothing_from_elsewhere_and_are_framed_by_nobody(http: httpx.Client, service: Running) -> None:
    service.wait_until_ready()
    page, answer = http.get("/docs/try"), http.post("/predict", json={"data": [ROW]})
    inline = page.text.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()

    policy = page.headers["content-security-policy"]

    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in http.get("/docs").headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == answer.headers["x-content-type-options"] == "nosniff"


def test_what_a_path_needs() -> None:
    needed = {
        path: scope_for(path)
        for path in ("/predict", "/models/m/versions/1/predict", "/models/m/health/ready", "/metrics")
    }

    assert [*needed.values()] == [Scope.PREDICT, Scope.PREDICT, None, Scope.METRICS]


@pytest.mark.parametrize("name", ["page", "ping", "health", "predict", "observations", "versions", "ready", "infer"])
def test_a_model_may_be_called_like_a_path(name: str) -> None:
    for model in (f"/models/{name}", f"/models/{name}/versions/{name}"):
        for path in (model, f"{model}/model", f"{model}/docs", f"/v2{model}"):
            assert scope_for(path) is Scope.METADATA, path
        for path in (f"{model}/predict", f"{model}/forecast", f"{model}/invocations", f"/v2{model}/infer"):
            assert scope_for(path) is Scope.PREDICT, path
        assert scope_for(f"{model}/observations") is Scope.OBSERVE
        for path in ("/", "/page/page.js", "/ping", "/health/ready"):
            assert scope_for(f"{model}{path}") is None, path
        assert scope_for(f"/v2{model}/ready") is None


def test_nobody_is_let_in_from_elsewhere_by_oversight(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(
        NobodyAskedError, match=r"On 0\.0\.0\.0 other machines can reach the service, and it has no keys"
    ):
        layers_of(Settings(host="0.0.0.0"))  # noqa: S104

    layers_of(Settings(host="0.0.0.0", allow_anyone=True))  # noqa: S104

    assert "anybody who reaches 0.0.0.0 may ask" in caplog.text


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--host", "0.0.0.0"), "Make a file of keys with `ao key add NAME --file keys.toml`"),  # noqa: S104
        (("--keys-file", "not-there.toml"), "There is no file of keys `not-there.toml`."),
        (("--jwt-issuer", "https://id.example"), "jwt_issuer needs jwt_audience too"),
        (("--jwt-issuer", "http://id.example"), "it must be an address of HTTPS, or of this computer"),
        (("--hosts", "a.example:80"), "give names such as models.example.org, without port"),
    ],
)
def test_a_service_that_can_t_tell_who_may_ask_does_not_start(flags: tuple[str, ...], told: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "anops_api_service", "--port", "0", *flags],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_log_names_who_asked_and_no_key(keys: tuple[Path, dict[str, str]], model_service: FakeModelService) -> None:
    file, secrets = keys
    command = [sys.executable, "-m", "anops_api_service", "--port", "0", "--model-url", model_service.url]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*command, "--log-format", "text", "--keys-file", file], **pipes) as service:  # type: ignore[call-overload]
        url = f"http://127.0.0.1:{json.loads(service.stdout.readline())['port']}"
        for scope in ("predict", "metadata"):
            httpx.get(f"{url}/nothing", headers={"x-api-key": secrets[scope]}, timeout=60)
        httpx.get(f"{url}/nothing", timeout=60)
        service.terminate()
        _, told = service.communicate(timeout=30)

    lines = [line for line in told.splitlines() if " GET /nothing " in line]
    assert [line.rpartition(" by ")[2] for line in lines[:2]] == ["predict", "metadata"]
    assert " 403 " in lines[0]
    assert " by " not in lines[2]
    assert not any(secret in told for secret in secrets.values())


def test_a_revoked_key_opens_nothing_a_moment_later(
    keys: tuple[Path, dict[str, str]], model_service: FakeModelService
) -> None:
    file, secrets = keys
    command = [sys.executable, "-m", "anops_api_service", "--port", "0", "--model-url", model_service.url]
    with subprocess.Popen([*command, "--keys-file", file], stdout=subprocess.PIPE, text=True) as service:
        try:
            assert service.stdout is not None
            url = f"http://127.0.0.1:{json.loads(service.stdout.readline())['port']}/nothing"
            headers = {"authorization": f"Bearer {secrets['metadata']}"}
            assert httpx.get(url, headers=headers, timeout=60).status_code == 404

            file.write_text("")

            pause = threading.Event()
            for _ in range(1500):
                if httpx.get(url, headers=headers, timeout=60).status_code == 401:
                    return
                pause.wait(0.02)
            raise AssertionError("the key still opens")
        finally:
            service.terminate()
