"""Every request passes the front door: whatever its path and method, and whether it is answered or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_api_service.deadline import Deadlines
from anops_api_service.models.models import Models
from anops_api_service.models.served_model import ServedModel
from anops_api_service.routes.every import every_route
from anops_api_service.routes.observations import ObservationsEndpoint
from anops_api_service.upstream.upstream import Upstream
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_model_service import FakeModelService, Loop
    from starlette.types import ASGIApp, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
UNKNOWN = (
    "/",
    "/nothing",
    "/predict/",
    "/Predict",
    "//predict",
    "/predict/more",
    "/models",
    "/docs/assets/no.js",
    "/%00",
)


class Counted:
    """A layer that counts, and lets nobody through who asks so."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                self.seen.append((scope["method"], scope["path"]))
                if any(name == b"x-refuse" for name, _ in scope["headers"]):
                    raise AnOpsError(Code.QUEUE_FULL, "Nobody gets past here.")
            await app(scope, receive, send)

        return counted


async def nothing(_: Scope, __: Receive, ___: Send) -> None:
    """Stand where the predictions are answered: of the routes only the paths are wanted."""


def paths() -> list[str]:
    nobody = Models([ServedModel(Upstream("127.0.0.1:1"), Deadlines(60))])
    observations = ObservationsEndpoint(nothing, None)  # type: ignore[arg-type]
    routes = every_route(nobody, nothing, nothing, nothing, nothing, nothing, observations)
    known = [route.path for route in routes]  # type: ignore[attr-defined]  # all have one
    named = [path.format(name=name, version="1.0.0") for path in known for name in ("cars", "none") if "{" in path]
    return [*(path for path in known if "{" not in path), *named, *UNKNOWN]


@pytest.fixture(scope="module")
def door() -> Counted:
    return Counted()


@pytest.fixture
def behind(loop: Loop, model_service: FakeModelService, door: Counted) -> Iterator[Running]:
    with run_service(loop, model_service.url, layers=[door]) as running:
        running.wait_until_ready()
        yield running


def test_the_families_have_the_paths_that_people_know() -> None:
    assert {"/v2", "/v2/health/live", "/v2/health/ready", "/ping", "/invocations"} <= {*paths()}
    assert {
        "/predict",
        "/forecast",
        "/model",
        "/health",
        "/health/live",
        "/health/ready",
        "/openapi.json",
        "/docs",
    } <= {*paths()}


def test_every_path_and_method_passes_every_layer_once(behind: Running, door: Counted) -> None:
    for path in paths():
        for method in METHODS:
            door.seen.clear()
            answer = behind.http.request(method, path, headers={"x-request-id": "order-17"})
            assert len(door.seen) == 1, (method, path)
            assert door.seen[0][0] == method
            assert answer.headers["x-request-id"] == "order-17", (method, path)


def test_what_a_layer_refuses_is_a_problem_everywhere(behind: Running) -> None:
    for path in paths():
        for method in METHODS:
            answer = behind.http.request(method, path, headers={"x-refuse": "yes"})
            assert answer.status_code == 429, (method, path)
            # clients of the Open Inference Protocol know no problems
            kind = "json" if path.startswith("/v2") else "problem+json"
            assert answer.headers["content-type"] == f"application/{kind}", path
            assert method == "HEAD" or answer.json()["request_id"] == answer.headers["x-request-id"]


def test_layers_are_passed_from_the_first_to_the_last(loop: Loop, model_service: FakeModelService) -> None:
    order: list[str] = []

    def named(name: str, app: ASGIApp) -> ASGIApp:
        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                order.append(name)
            await app(scope, receive, send)

        return layer

    layers = [lambda app: named("first", app), lambda app: named("second", app)]
    with run_service(loop, model_service.url, layers=layers) as running:
        running.http.get("/health/live")
    assert order == ["first", "second"]


def test_a_browsers_question_beforehand_has_an_id_too(loop: Loop, model_service: FakeModelService) -> None:
    page = "https://app.example"
    with run_service(loop, model_service.url, origins=frozenset({page})) as running:
        answer = running.http.request(
            "OPTIONS", "/predict", headers={"origin": page, "access-control-request-method": "POST"}
        )
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, page)
    assert answer.headers["x-request-id"]
