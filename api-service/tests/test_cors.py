from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_model_interface.origins import origins_of
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from fake_model_service import FakeModelService, Loop

PAGE = "https://app.example"
ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}


@pytest.fixture
def allowing(loop: Loop, model_service: FakeModelService) -> Iterator[Running]:
    with run_service(loop, model_service.url, origins=origins_of(f"{PAGE}, http://localhost:3000")) as running:
        running.wait_until_ready()
        yield running


def preflight(http: httpx.Client, path: str, origin: str, headers: str = "content-type") -> httpx.Response:
    asked = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": headers}
    return http.request("OPTIONS", path, headers=asked)


@pytest.mark.parametrize("path", ["/predict", "/model", "/health/ready", "/openapi.json", "/nothing"])
@pytest.mark.parametrize("origin", [PAGE, "http://localhost:3000"])
def test_an_allowed_page_may_ask(allowing: Running, path: str, origin: str) -> None:
    answer = preflight(allowing.http, path, origin, "authorization,content-type")
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-headers"] == "authorization,content-type"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example.evil.example",
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://sub.app.example",
        "https://app.exampl",
        "null",
        "*",
        "",
    ],
)
def test_another_page_may_not(allowing: Running, origin: str) -> None:
    answer = preflight(allowing.http, "/predict", origin)
    assert answer.status_code == 405
    asked = allowing.http.post("/predict", json={"data": [ROW]}, headers={"origin": origin})
    for each in (answer, asked):
        assert "access-control-allow-origin" not in each.headers
        assert each.headers["vary"] == "Origin"


def test_answers_and_refusals_alike_can_be_read_by_the_page(allowing: Running) -> None:
    http, headers = allowing.http, {"origin": PAGE}
    answers = [
        (200, http.post("/predict", json={"data": [ROW]}, headers=headers)),
        (200, http.get("/model", headers=headers)),
        (422, http.post("/predict", json={"data": [{}]}, headers=headers)),
        (415, http.post("/predict", content=b"x", headers={**headers, "content-type": "text/plain"})),
        (406, http.post("/predict", json={"data": [ROW]}, headers={**headers, "accept": "image/png"})),
        (404, http.get("/nothing", headers=headers)),
        (405, http.get("/predict", headers=headers)),
    ]
    for status, answer in answers:
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == PAGE
        exposed = answer.headers["access-control-expose-headers"].lower().split(", ")
        assert {"anops-warnings", "anops-model", "anops-model-version", "anops-model-digest"} <= set(exposed)
        assert answer.headers["vary"] == "Origin"


def test_no_origin_is_allowed_by_default(http: httpx.Client) -> None:
    assert preflight(http, "/predict", PAGE).status_code == 405
    answer = http.post("/predict", json={"data": [ROW]}, headers={"origin": PAGE})
    assert "access-control-allow-origin" not in answer.headers


def test_everyone_is_allowed_without_credentials(loop: Loop, model_service: FakeModelService) -> None:
    with run_service(loop, model_service.url, origins=origins_of("*")) as running:
        running.wait_until_ready()
        answer = preflight(running.http, "/predict", "https://anyone.example")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_origins_are_read_as_browsers_write_them() -> None:
    text = " HTTPS://App.Example/ ,http://[::1]:3000,https://a.example:443,http://b.example:80,"
    assert origins_of(text) == {"https://app.example", "http://[::1]:3000", "https://a.example", "http://b.example"}
    assert origins_of("") == frozenset()


@pytest.mark.parametrize("text", ["app.example", "https://app.example/page", "https://*.example", "null", "https://"])
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        origins_of(text)
