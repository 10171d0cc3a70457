from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from anops_model_interface.schema import Schema
from fake_model_service import FakeModelService
from openapi_spec_validator import OpenAPIV31SpecValidator
from running_service import Running, run_service

if TYPE_CHECKING:
    import httpx
    from fake_model_service import Loop


def test_the_model_shows_its_schema_and_an_example_that_predicts(http: httpx.Client) -> None:
    model = http.get("/model").json()
    assert (model["name"], model["version"]) == ("cars", "1.0.0")
    assert model["schema"]["inputs"]["wt"]["unit"] == "1000 lb"
    assert (model["workers"], model["row_independent"]) == (2, True)
    assert http.post("/predict", json=model["example"]).status_code == 200


def test_the_openapi_document_is_valid_and_its_examples_predict(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    content = document["paths"]["/predict"]["post"]["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        assert http.post("/predict", json=example["value"]).status_code == 200
    text = content["text/csv"]["example"]
    assert http.post("/predict", content=text, headers={"content-type": "text/csv"}).status_code == 200


def test_the_openapi_document_has_the_columns_and_options_of_the_model(http: httpx.Client) -> None:
    operation = http.get("/openapi.json").json()["paths"]["/predict"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    records, columns = body["properties"]["data"]["oneOf"]
    assert records["items"]["required"] == ["wt", "hp", "cyl", "Gear Type"]
    assert records["items"]["properties"]["cyl"]["enum"] == [4, 6, 8]
    assert columns["properties"]["Gear Type"]["items"]["enum"] == ["auto", "manual"]
    assert body["properties"]["options"]["properties"]["interval"] == {
        "type": "string",
        "enum": ["none", "confidence"],
        "default": "none",
    }
    names = [parameter["name"] for parameter in operation["parameters"]]
    assert names == ["interval", "level", "terms", "exact", "any"]


def test_the_openapi_document_has_json_lines_whose_example_predicts(http: httpx.Client) -> None:
    operation = http.get("/openapi.json").json()["paths"]["/predict"]["post"]
    lines = "application/jsonlines"
    sent = operation["requestBody"]["content"][lines]["example"]
    answer = http.post("/predict", content=sent, headers={"content-type": lines, "accept": lines})
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == len(sent.splitlines())
    assert lines in operation["responses"]["200"]["content"]


def test_the_openapi_document_says_on_what_the_model_was_fitted(http: httpx.Client) -> None:
    operation = http.get("/openapi.json").json()["paths"]["/predict"]["post"]
    records, _ = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["data"]["oneOf"]
    described = records["items"]["properties"]["hp"]
    assert described["x-anops-seen"] == [0, 335]
    assert described["description"] == "The model was fitted on 0 to 335; a value outside is answered with a warning."


def test_the_openapi_document_shows_how_to_ask_with_options(http: httpx.Client) -> None:
    operation = http.get("/openapi.json").json()["paths"]["/predict"]["post"]
    example = operation["requestBody"]["content"]["application/json"]["examples"]["options"]["value"]
    assert example["options"] == {"interval": "confidence", "level": 0.95, "terms": ["text"], "exact": True, "any": 1}


def test_reference_rows_of_the_model_are_the_example(loop: Loop, model_service: FakeModelService) -> None:
    rows = [{"wt": 2.62, "hp": 110, "cyl": 6, "Gear Type": "manual"}]
    model_service.serve(model_service.schema, **{"anops.example": json.dumps(rows)})
    with run_service(loop, model_service.url) as running:
        running.wait_until_ready()
        assert running.http.get("/model").json()["example"] == {"data": rows}


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"d": "date", "t": {"type": "datetime", "timezone": "Europe/Berlin"}, "b": "boolean", "s": "string"},
        {"n": {"type": "number", "max": -3}, "i": {"type": "integer", "min": 5, "max": 5}},
        {"i": {"type": "integer", "min": -1e9, "max": 4}, "c": "category", "x": {"type": "number", "min": 0.5}},
        {
            "Größe (cm)": {"type": "number", "missing": 170.0},
            "c": {"type": "category", "levels": ["4", "6"], "novel": "missing"},
        },
    ],
)
def test_every_kind_of_column_has_a_working_example(
    loop: Loop, model_service: FakeModelService, columns: dict[str, object]
) -> None:
    model_service.serve(Schema.of({"inputs": columns, "outputs": {"prediction": "number"}}))
    with run_service(loop, model_service.url) as running:
        running.wait_until_ready()
        document = running.http.get("/openapi.json").json()
        OpenAPIV31SpecValidator(document).validate()
        content = document["paths"]["/predict"]["post"]["requestBody"]["content"]
        for example in content["application/json"]["examples"].values():
            assert running.http.post("/predict", json=example["value"]).status_code == 200
        csv = content["text/csv"]["example"]
        answer = running.http.post("/predict", content=csv, headers={"content-type": "text/csv"})
        assert answer.status_code == 200


def test_the_page_to_try_requests_loads_nothing_from_elsewhere(http: httpx.Client) -> None:
    page = http.get("/docs/try")
    assert page.headers["content-type"].startswith("text/html")
    assert "://" not in page.text
    assert "<title>cars 1.0.0</title>" in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"):
        assert f"assets/{asset}" in page.text
        assert http.get(f"/docs/assets/{asset}").status_code == 200
    assert "Apache License" in http.get("/docs/assets/LICENSE").text


def test_the_docs_list_columns_options_and_an_example_with_the_models_own_answer(http: httpx.Client) -> None:
    page = http.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    for text in ("<code>Gear Type</code>", "<code>auto</code>", "1000 lb", "0 to 335", "<code>interval</code>"):
        assert text in page.text
    example = http.get("/model").json()["example"]
    (first, *_) = http.post("/predict", json=example).json()["predictions"]
    value = next(iter(first.values()))
    assert f"<td>{value if isinstance(value, str) else format(value, 'g')}</td>" in page.text
    assert "is missing" in page.text.split("What is refused")[1]
    assert "http://" not in page.text.replace(str(http.base_url).rstrip("/"), "")
    assert "https://" not in page.text


def test_the_docs_of_thousands_of_columns_are_short_and_name_each(loop: Loop) -> None:
    inputs = {f"w_{i:04}": {"type": "number", "missing": "error"} for i in range(3600)}
    schema = Schema.of({"inputs": inputs, "outputs": {"prediction": "number"}})
    service = FakeModelService(loop, schema)
    service.start()
    with run_service(loop, service.url) as running:
        running.wait_until_ready()
        page = running.http.get("/docs").text
    service.stop()
    assert "3600 columns" in page
    assert "w_3599" in page
    assert page.count("<tr>") < 150
    assert len(page) < 80_000
    assert "--data-binary @rows.csv" in page


def test_the_docs_show_names_and_texts_as_they_are_and_never_as_html(http: httpx.Client) -> None:
    assert "<script" not in http.get("/docs").text


def test_without_a_model_openapi_and_docs_still_answer(loop: Loop) -> None:
    with run_service(loop, "127.0.0.1:1") as running:
        document = running.http.get("/openapi.json").json()
        OpenAPIV31SpecValidator(document).validate()
        assert "/predict" not in document["paths"]
        assert running.http.get("/docs").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/predict", "POST"),
        ("OPTIONS", "/predict", "POST"),
        ("PATCH", "/predict", "POST"),
        ("DELETE", "/model", "GET, HEAD"),
        ("POST", "/health/live", "GET, HEAD"),
        ("POST", "/health/ready", "GET, HEAD"),
        ("PUT", "/openapi.json", "GET, HEAD"),
        ("POST", "/docs", "GET, HEAD"),
        ("POST", "/docs/assets/swagger-ui.css", "GET, HEAD"),
    ],
)
def test_a_method_that_a_path_does_not_take_is_refused_with_those_it_does(
    http: httpx.Client, method: str, path: str, allowed: str
) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert sorted(answer.headers["allow"].split(", ")) == sorted(allowed.split(", "))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "PATH_NOT_FOUND"),
        ("GET", "/docs/assets/nothing.js", 404, "PATH_NOT_FOUND"),
        ("GET", "/predict", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/model", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_refusals_of_the_framework_are_problems_too(
    http: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(("sent", "kept"), [("order-17", True), ("x" * 128, True), ("x" * 129, False), ("a b", False)])
def test_a_sane_request_id_is_kept(http: httpx.Client, sent: str, kept: bool) -> None:
    answer = http.get("/health/live", headers={"x-request-id": sent})
    assert (answer.headers["x-request-id"] == sent) is kept


def test_an_unforeseen_failure_is_a_500_with_the_request_id(
    service: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret 42")

    monkeypatch.setattr(service.served, "answer", broken)
    row = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
    answer = service.http.post("/predict", json={"data": [row]})
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    assert answer.json()["request_id"] in caplog.text
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text + answer.text
