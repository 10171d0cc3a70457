"""Several models, and several versions of one, behind one service: each is asked by its name, and none for another."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from anops_api_service.models.versions import version_key
from anops_model_interface.schema import Schema
from fake_model_service import FakeModelService, Loop
from openapi_spec_validator import OpenAPIV31SpecValidator
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_model_interface.frames import Frame

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
AGES = Schema.of({"inputs": {"age": "number"}, "outputs": {"prediction": {"type": "number"}}})
CSV = "wt,hp,cyl,Gear Type\n2.5,110,6,auto\n"


@contextmanager
def serving(loop: Loop, *models: tuple[str, str, Schema]) -> Iterator[list[FakeModelService]]:
    with ExitStack() as leaving:
        services = []
        for name, version, schema in models:
            service = FakeModelService(loop, schema)
            service.serve(schema, name=name, version=version)
            service.start()
            leaving.callback(lambda service=service: service.stop())
            services.append(service)
        yield services


@pytest.fixture
def two(loop: Loop, cars: Schema) -> Iterator[Running]:
    """Run two models, none of them the default."""
    with (
        serving(loop, ("cars", "1.0.0", cars), ("mortality", "3", AGES)) as services,
        run_service(loop, *(service.url for service in services)) as running,
    ):
        running.wait_until_ready()
        yield running


@pytest.fixture
def versions(loop: Loop, cars: Schema) -> Iterator[tuple[Running, list[FakeModelService]]]:
    """Run two versions of one model; the higher is the first."""
    with (
        serving(loop, ("cars", "1.10.0", cars), ("cars", "1.9.0", cars)) as services,
        run_service(loop, *(service.url for service in services)) as running,
    ):
        running.wait_until_ready()
        yield running, services


def version_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["model"]["version"])


def test_each_model_answers_under_its_name(two: Running) -> None:
    cars = two.http.post("/models/cars/predict", json={"data": [ROW]}).json()
    assert (cars["predictions"], cars["model"]["name"]) == ([{"prediction": 118.5}], "cars")
    ages = two.http.post("/models/mortality/predict", json={"data": [{"age": 50}]}).json()
    assert (ages["predictions"], ages["model"]["name"]) == ([{"prediction": 50}], "mortality")
    by_version = two.http.post("/models/mortality/versions/3/predict", json={"data": [{"age": 51}]}).json()
    assert by_version["predictions"] == [{"prediction": 51}]


def test_csv_and_a_large_body_go_to_the_model_of_the_path(two: Running) -> None:
    answer = two.http.post("/models/cars/predict", content=CSV, headers={"content-type": "text/csv"})
    assert answer.json()["predictions"] == [{"prediction": 118.5}]
    large = two.http.post("/models/mortality/predict", json={"data": {"age": [50] * 100_000}})
    assert len(large.json()["predictions"]) == 100_000


def test_without_a_default_a_request_that_names_none_is_told_which_there_are(two: Running) -> None:
    for answer in (two.http.post("/predict", json={"data": [ROW]}), two.http.get("/model")):
        assert (answer.status_code, answer.json()["code"]) == (404, "MODEL_NOT_FOUND")
        assert "`cars`, `mortality`" in answer.json()["detail"]
        assert "/models/cars/predict" in answer.json()["remedy"]
        assert "--default-model cars" in answer.json()["remedy"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/models/trees/predict", "There is no model `trees`; there is `cars`, `mortality`."),
        ("/models/Cars/predict", "There is no model `Cars`"),
        ("/models/cars/versions/2/predict", "Model `cars` has no version 2; it has 1.0.0."),
        ("/models/trees/versions/2/predict", "There is no model `trees`"),
    ],
)
def test_a_model_that_there_is_not_is_refused_with_those_there_are(two: Running, path: str, said: str) -> None:
    for body in ({"json": {"data": [ROW]}}, {"content": CSV, "headers": {"content-type": "text/csv"}}):
        answer = two.http.post(path, **body)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (404, "MODEL_NOT_FOUND")
        assert said in answer.json()["detail"]


def test_models_are_listed_with_their_paths(two: Running) -> None:
    listed = two.http.get("/models").json()["models"]
    assert [(one["name"], one["version"], one["ready"], one["default"]) for one in listed] == [
        ("cars", "1.0.0", True, False),
        ("mortality", "3", True, False),
    ]
    for one in listed:
        assert two.http.get(one["path"]).json()["name"] == one["name"]
        assert two.http.get(f"{one['path']}/health/ready").status_code == 200


@pytest.mark.parametrize("prefix", ["/models/cars", "/models/cars/versions/1.0.0"])
def test_the_documents_of_a_model_stand_below_its_path(two: Running, prefix: str) -> None:
    assert two.http.get(f"{prefix}/model").json() == two.http.get(prefix).json()
    document = two.http.get(f"{prefix}/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    operation = document["paths"][f"{prefix}/predict"]["post"]
    for example in operation["requestBody"]["content"]["application/json"]["examples"].values():
        assert two.http.post(f"{prefix}/predict", json=example["value"]).status_code == 200
    page = two.http.get(f"{prefix}/docs").text
    assert f"{prefix}/predict" in page
    assert two.http.get(f"{prefix}/docs/try").status_code == 200
    assert two.http.get(f"{prefix}/docs/assets/swagger-ui.css").status_code == 200


def test_pages_without_a_default_lead_to_those_of_the_models(two: Running) -> None:
    page = two.http.get("/docs").text
    assert 'href="models/cars/versions/1.0.0/docs"' in page
    document = two.http.get("/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    assert "/models/mortality/versions/3/openapi.json" in document["info"]["description"]


@pytest.mark.parametrize("default", ["mortality", "mortality/3"])
def test_the_default_is_asked_where_none_is_named(loop: Loop, cars: Schema, default: str) -> None:
    with (
        serving(loop, ("cars", "1.0.0", cars), ("mortality", "3", AGES)) as services,
        run_service(loop, *(service.url for service in services), default=default) as running,
    ):
        running.wait_until_ready()
        assert running.http.post("/predict", json={"data": [{"age": 50}]}).json()["model"]["name"] == "mortality"
        assert [one["default"] for one in running.http.get("/models").json()["models"]] == [False, True]
        assert "age" in running.http.get("/openapi.json").text


def test_a_default_that_there_is_not_is_told(loop: Loop, cars: Schema) -> None:
    with (
        serving(loop, ("cars", "1", cars), ("mortality", "3", AGES)) as services,
        run_service(loop, *(service.url for service in services), default="trees") as running,
    ):
        running.wait_until_ready()
        answer = running.http.post("/predict", json={"data": [ROW]})
        assert (answer.status_code, answer.json()["code"]) == (404, "MODEL_NOT_FOUND")
        assert "no model `trees`; there is `cars`, `mortality`" in answer.json()["detail"]


def test_a_model_by_itself_has_its_name_too(service: Running) -> None:
    assert version_of(service.http.post("/models/cars/predict", json={"data": [ROW]})) == "1.0.0"
    assert version_of(service.http.post("/predict", json={"data": [ROW]})) == "1.0.0"
    assert service.http.get("/models").json()["models"][0]["default"] is True


def test_the_highest_version_answers_for_a_model(versions: tuple[Running, list[FakeModelService]]) -> None:
    http = versions[0].http
    for path in ("/predict", "/models/cars/predict", "/models/cars/versions/1.10.0/predict"):
        assert version_of(http.post(path, json={"data": [ROW]})) == "1.10.0"
    assert version_of(http.post("/models/cars/versions/1.9.0/predict", json={"data": [ROW]})) == "1.9.0"
    assert [one["version"] for one in http.get("/models/cars/versions").json()["models"]] == ["1.9.0", "1.10.0"]


def test_a_default_may_hold_on_to_a_version(loop: Loop, cars: Schema) -> None:
    with (
        serving(loop, ("cars", "1.10.0", cars), ("cars", "1.9.0", cars)) as services,
        run_service(loop, *(service.url for service in services), default="cars/1.9.0") as running,
    ):
        running.wait_until_ready()
        for path in ("/predict", "/models/cars/predict"):
            assert version_of(running.http.post(path, json={"data": [ROW]})) == "1.9.0"


def test_while_one_version_is_down_the_other_goes_on(versions: tuple[Running, list[FakeModelService]]) -> None:
    running, (high, _) = versions
    high.stop()
    answer = running.wait_for("/health/ready", 503)
    assert "1 of 2 models are not ready. cars 1.10.0: " in answer.json()["detail"]
    assert running.http.get("/models/cars/versions/1.9.0/health/ready").status_code == 200
    assert running.http.get("/models/cars/versions/1.10.0/health/ready").status_code == 503
    http = running.http
    away = http.post("/models/cars/versions/1.10.0/predict", json={"data": [ROW]})
    assert (away.status_code, away.json()["code"]) == (503, "NOT_READY")
    for path in ("/predict", "/models/cars/predict", "/models/cars/versions/1.9.0/predict"):
        assert version_of(http.post(path, json={"data": [ROW]})) == "1.9.0"
    assert [one["ready"] for one in http.get("/models").json()["models"]] == [False, True]
    high.start()
    running.wait_until_ready()
    assert version_of(http.post("/predict", json={"data": [ROW]})) == "1.10.0"


def test_a_worker_that_restarts_changes_no_version(versions: tuple[Running, list[FakeModelService]]) -> None:
    running, (high, _) = versions
    high.set_serving(False)
    running.wait_for("/health/ready", 503)
    assert version_of(running.http.post("/models/cars/predict", json={"data": [ROW]})) == "1.10.0"


def test_two_that_claim_the_same_version_are_told_and_the_first_goes_on(loop: Loop, cars: Schema) -> None:
    with serving(loop, ("cars", "1.0.0", cars), ("cars", "1.0.0", cars)) as (first, second):
        second.ready = False
        second.serve(cars, name="cars", version="1.0.1")
        with run_service(loop, first.url, second.url) as running:
            running.wait_until_ready()
            second.set_serving(False)
            running.wait_for("/health/ready", 503)
            second.serve(cars, name="cars", version="1.0.0")
            second.set_serving(True)
            answer = running.wait_for("/health/ready", 503)
            while "both serve" not in answer.text:
                answer = running.http.get("/health/ready")
            detail = answer.json()["detail"]
            assert f"{first.url} and {second.url} both serve version 1.0.0 of model `cars`" in detail
            assert "another version" in answer.json()["remedy"]
            assert version_of(running.http.post("/predict", json={"data": [ROW]})) == "1.0.0"
            assert (len(first.calls), len(second.calls)) == (1, 0)
            second.set_serving(False)
            second.serve(cars, name="cars", version="2")
            second.set_serving(True)
            running.wait_until_ready()
            assert version_of(running.http.post("/predict", json={"data": [ROW]})) == "2"


def test_until_all_are_known_none_is_taken_for_the_only_one(loop: Loop, model_service: FakeModelService) -> None:
    with run_service(loop, model_service.url, "127.0.0.1:1") as running:
        running.wait_for("/models/cars/health/ready", 200)
        answer = running.wait_for("/model", 503)
        assert "whether there is another model than `cars`" in answer.json()["detail"]
        assert "127.0.0.1:1" in answer.json()["detail"]
        assert running.http.post("/predict", json={"data": [ROW]}).json()["code"] == "NOT_READY"
        assert version_of(running.http.post("/models/cars/predict", json={"data": [ROW]})) == "1.0.0"
        unknown = running.http.post("/models/trees/predict", json={"data": [ROW]})
        assert (unknown.status_code, unknown.json()["code"]) == (503, "NOT_READY")


def test_requests_of_several_models_never_share_a_call(loop: Loop, cars: Schema) -> None:
    async def seventeen(frame: Frame, options: dict[str, Any]) -> Any:
        from fake_model_service import total  # noqa: PLC0415

        answer, warnings = await total(frame, options)
        answer.columns[0].values[:] = 17
        return answer, warnings

    with (
        serving(loop, ("a", "1", cars), ("b", "1", cars)) as services,
        run_service(loop, *(service.url for service in services)) as running,
    ):
        services[1].behaviour = seventeen
        running.wait_until_ready()
        for _ in range(10):
            assert running.http.post("/models/a/predict", json={"data": [ROW]}).json()["predictions"] == [
                {"prediction": 118.5}
            ]
            assert running.http.post("/models/b/predict", json={"data": [ROW]}).json()["predictions"] == [
                {"prediction": 17}
            ]


def test_a_name_with_letters_of_its_own_is_found_by_its_path(loop: Loop, cars: Schema) -> None:
    with serving(loop, ("Größe é 1", "1.0+a b", cars)) as (service,), run_service(loop, service.url) as running:
        running.wait_until_ready()
        path = running.http.get("/models").json()["models"][0]["path"]
        assert path == "/models/Gr%C3%B6%C3%9Fe%20%C3%A9%201/versions/1.0%2Ba%20b"
        assert running.http.post(f"{path}/predict", json={"data": [ROW]}).status_code == 200
        assert running.http.post("/models/Größe é 1/predict", json={"data": [ROW]}).status_code == 200


@pytest.mark.parametrize(
    "ordered",
    [
        ["1.9", "1.10", "2"],
        ["", "1"],
        ["2.0.0-rc1", "2.0.0-rc2", "2.0.0", "2.0.0.1", "2.0.1-alpha", "2.0.1"],
        ["2.0.0a1", "2.0.0b1", "2.0.0rc1", "2.0.0"],
        ["2025-12-31", "2026-01-02"],
        ["v1", "v2", "v10"],
        ["1.0", "1.0.1"],
    ],
)
def test_versions_are_ordered_by_their_numbers(ordered: list[str]) -> None:
    assert sorted(ordered, key=version_key) == ordered
