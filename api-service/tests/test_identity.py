from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anops_api_service.identity import Identity
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_model_interface.schema import Schema
    from fake_model_service import FakeModelService, Loop

VERSION = (Path(__file__).parents[2] / "VERSION").read_text(encoding="ascii").strip()
ROW = {"data": [{"wt": 2.6, "hp": 110, "cyl": 6, "Gear Type": "auto"}]}
CSV = "wt,hp,cyl,Gear Type\n2.6,110,6,auto\n"


@pytest.fixture
def running(loop: Loop, model_service: FakeModelService, cars: Schema) -> Iterator[Running]:
    model_service.serve(cars, **{"anops.digest": "sha256:abc"})
    with run_service(loop, model_service.url) as service:
        service.wait_until_ready()
        yield service


def test_every_answer_says_which_fit_gave_it(running: Running, model_service: FakeModelService) -> None:
    http, version = running.http, model_service.metadata.versions[0]
    told = {"name": "cars", "version": version, "digest": "sha256:abc"}
    assert {key: http.get("/model").json()[key] for key in told} == told
    assert http.post("/predict", json=ROW).json()["model"] == told
    for accept in ("text/csv", "application/vnd.apache.arrow.stream"):
        answer = http.post("/predict", content=CSV, headers={"content-type": "text/csv", "accept": accept})
        assert answer.headers["anops-model"] == "cars"
        assert answer.headers["anops-model-version"] == version
        assert answer.headers["anops-model-digest"] == "sha256:abc"
        answer = http.post("/predict", json=ROW, headers={"accept": accept})
        assert answer.headers["anops-model-digest"] == "sha256:abc"
    streamed = http.post("/predict", content=CSV, headers={"content-type": "text/csv"})
    assert streamed.json()["model"] == told


def test_every_answer_has_the_versions_in_its_headers(running: Running, model_service: FakeModelService) -> None:
    http, version = running.http, model_service.metadata.versions[0]
    bad = {"data": [{"wt": "potato"}]}
    for answer in (http.get("/model"), http.post("/predict", json=ROW), http.post("/predict", json=bad)):
        assert answer.headers["anops-api-version"] == VERSION
        assert answer.json()["api_version"] == VERSION
        assert answer.headers["anops-model-version"] == version
        assert answer.headers["anops-model-digest"] == "sha256:abc"
    told = {"name": "cars", "version": version, "digest": "sha256:abc"}
    assert http.post("/predict", json=bad).json()["model"] == told
    for path in ("/health/live", "/nothing", "/models"):
        assert http.get(path).headers["anops-api-version"] == VERSION
    assert "model" not in http.get("/nothing").json()


def test_an_answer_names_the_fit_that_gave_it_not_that_of_the_metadata(
    running: Running, model_service: FakeModelService
) -> None:
    model_service.metadata.properties["anops.digest"] = "sha256:refitted"
    assert running.http.post("/predict", json=ROW).json()["model"]["digest"] == "sha256:refitted"


def test_a_server_without_digests_has_none(service: Running) -> None:
    assert service.http.get("/model").json()["digest"] is None
    assert service.http.post("/predict", json=ROW).json()["model"]["digest"] is None
    answer = service.http.post("/predict", json=ROW, headers={"accept": "text/csv"})
    assert "anops-model-digest" not in answer.headers


def test_a_name_that_no_header_can_hold_is_encoded() -> None:
    assert Identity("modèle\n", "1.0+b").headers == (
        (b"anops-model", b"mod%C3%A8le%0A"),
        (b"anops-model-version", b"1.0+b"),
    )


def test_health_is_that_of_predictions(service: Running) -> None:
    assert service.http.get("/health").json() == {"status": "ready"}
    assert service.http.get("/health").json() == service.http.get("/health/ready").json()
