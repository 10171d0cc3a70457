"""The Open Inference Protocol over REST, as the clients of Triton and KServe send it."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_model_interface.frames import Column, Frame, Warn
from fake_model_service import FakeModelService, Loop, echo
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

PATH = "/v2/models/cars/infer"
TWO = {
    "wt": ("FP64", [2.5, 3.0]),
    "hp": ("FP64", [110.0, 93.0]),
    "cyl": ("FP64", [6.0, 4.0]),
    "Gear Type": ("BYTES", ["auto", "manual"]),
}


def tensors(**other: tuple[str, list[Any]]) -> list[dict[str, Any]]:
    columns = TWO | other
    return [
        {"name": name, "datatype": datatype, "shape": [len(data)], "data": data}
        for name, (datatype, data) in columns.items()
    ]


def infer(http: httpx.Client, inputs: list[dict[str, Any]] | None = None, **members: Any) -> httpx.Response:
    return http.post(PATH, json={"inputs": tensors() if inputs is None else inputs, **members})


def outputs(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {output["name"]: output["data"] for output in answer.json()["outputs"]}


@pytest.fixture
def echoing(model_service: FakeModelService, service: Running) -> httpx.Client:
    model_service.behaviour = echo
    return service.http


def test_the_server_and_its_model_are_described(http: httpx.Client) -> None:
    assert http.get("/v2").json()["extensions"] == ["binary_tensor_data", "model_configuration"]
    assert http.get("/v2/health/live").json() == {"live": True}
    assert http.get("/v2/health/ready").json() == {"ready": True}
    for path in ("/v2/models/cars", "/v2/models/cars/versions/1.0.0"):
        model = http.get(path).json()
        assert (model["name"], model["versions"], model["platform"]) == ("cars", ["1.0.0"], "fake")
        assert {"name": "wt", "datatype": "FP64", "shape": [-1]} in model["inputs"]
        assert {"name": "Gear Type", "datatype": "BYTES", "shape": [-1]} in model["inputs"]
        assert model["outputs"] == [{"name": "prediction", "datatype": "FP64", "shape": [-1]}]
        assert http.get(f"{path}/ready").json() == {"name": "cars", "ready": True}
        # with batches of Triton's kind its perf analyzer finds that nothing is left of the tensors
        configured = http.get(f"{path}/config").json()
        assert (configured["max_batch_size"], configured["input"][0]["dims"]) == (0, [-1])


def test_predictions_come_with_the_id_and_the_model(http: httpx.Client) -> None:
    answer = infer(http, id="r-7")
    assert outputs(answer) == {"prediction": [118.5, 100.0]}
    told = answer.json()
    assert (told["id"], told["model_name"], told["model_version"]) == ("r-7", "cars", "1.0.0")
    assert "id" not in infer(http).json()


def test_a_request_without_a_content_type_is_read(service: Running) -> None:
    request = service.http.build_request("POST", PATH, content=json.dumps({"inputs": tensors()}))
    assert "content-type" not in request.headers
    assert outputs(service.http.send(request)) == {"prediction": [118.5, 100.0]}


def test_numbers_that_json_does_not_have_are_read_and_answered_as_null(echoing: httpx.Client) -> None:
    body = json.dumps({"inputs": tensors(wt=("FP64", [float("nan"), 3.0]))})
    assert "NaN" in body
    assert outputs(echoing.post(PATH, content=body))["wt"] == [None, 3.0]
    assert outputs(infer(echoing, tensors(wt=("FP64", [None, 3.0]))))["wt"] == [None, 3.0]
    body = json.dumps({"inputs": tensors(wt=("FP64", [float("inf"), 3.0]))})
    assert outputs(echoing.post(PATH, content=body))["wt"] == ["Inf", 3.0]


def test_values_may_be_nested_as_their_shape_says(http: httpx.Client) -> None:
    sent = tensors()
    for tensor in sent:
        tensor["shape"] = [2, 1]
        tensor["data"] = [[value] for value in tensor["data"]]
    assert outputs(infer(http, sent)) == {"prediction": [118.5, 100.0]}


def binary(columns: dict[str, tuple[str, np.ndarray]], **members: Any) -> tuple[bytes, dict[str, str]]:
    """Write a request as Triton's client does by default."""
    inputs, parts = [], []
    for name, (datatype, values) in columns.items():
        if datatype == "BYTES":
            part = b"".join(len(text.encode()).to_bytes(4, "little") + text.encode() for text in values)
        else:
            part = values.tobytes()
        size = {"binary_data_size": len(part)}
        inputs.append({"name": name, "datatype": datatype, "shape": [len(values)], "parameters": size})
        parts.append(part)
    head = json.dumps({"inputs": inputs, **members}).encode()
    return head + b"".join(parts), {"inference-header-content-length": str(len(head))}


ARRAYS = {
    name: (datatype, np.array(data, dtype=object if datatype == "BYTES" else np.float64))
    for name, (datatype, data) in TWO.items()
}


@pytest.mark.parametrize("packed", [False, True])
def test_tensors_are_read_and_answered_as_bytes(echoing: httpx.Client, packed: bool) -> None:
    body, headers = binary(ARRAYS, parameters={"binary_data_output": True})
    if packed:
        body, headers = gzip.compress(body), headers | {"content-encoding": "gzip"}
    answer = echoing.post(PATH, content=body, headers=headers)
    assert answer.status_code == 200
    end = int(answer.headers["inference-header-content-length"])
    told = json.loads(answer.content[:end])["outputs"]
    assert [output["parameters"]["binary_data_size"] for output in told] == [16, 16, 16, 18]
    assert np.frombuffer(answer.content[end : end + 16], dtype="<f8").tolist() == [2.5, 3.0]
    assert answer.content[-18:] == b"\x04\0\0\0auto\x06\0\0\0manual"
    assert answer.headers["content-length"] == str(len(answer.content))


def test_only_the_outputs_that_are_asked_for_come_and_each_as_it_is_wanted(echoing: httpx.Client) -> None:
    wanted = [{"name": "hp", "parameters": {"binary_data": True}}, {"name": "Gear Type"}]
    answer = infer(echoing, outputs=wanted)
    end = int(answer.headers["inference-header-content-length"])
    first, second = json.loads(answer.content[:end])["outputs"]
    assert (first["name"], first["parameters"], "data" in first) == ("hp", {"binary_data_size": 16}, False)
    assert (second["name"], second["data"]) == ("Gear Type", ["auto", "manual"])
    assert len(answer.content) == end + 16


def test_parameters_are_options_and_those_of_clients_are_not(model_service: FakeModelService, service: Running) -> None:
    parameters = {"level": 0.9, "interval": "confidence", "terms": ["a"], "exact": True, "any": "0.5", "priority": 3}
    assert infer(service.http, parameters=parameters).status_code == 200
    _, options = model_service.calls[-1]
    assert options == {"level": 0.9, "interval": "confidence", "terms": ["a"], "exact": True, "any": 0.5}


def test_warnings_and_gaps_are_told(model_service: FakeModelService, service: Running) -> None:
    async def gaps(frame: Frame, _: dict[str, Any]) -> Any:
        gone = np.array([True, False])
        columns = (
            Column("n", "integer", np.array([0, 4]), gone),
            Column("t", "string", np.array(["", "b"], dtype=object), gone),
        )
        return Frame(columns, frame.rows), (Warn("far from the data"),)

    model_service.behaviour = gaps
    answer = infer(service.http)
    assert outputs(answer) == {"n": [None, 4.0], "t": [None, "b"]}
    assert "far from the data" in answer.json()["parameters"]["warnings"]
    assert outputs(infer(service.http, parameters={"anops.missing": True})) == {"n": [None, 4], "t": [None, "b"]}


@pytest.mark.parametrize("path", ["/v2/models/cars/stats", "/v2/models/stats"])
def test_a_path_of_another_extension_names_where_its_figures_are(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    assert "GET /v2 lists which extensions" in answer.json()["error"]


BAD = [
    ({"inputs": 3}, 422, "inputs"),
    ({"inputs": tensors()[:3]}, 422, "column `Gear Type` is missing"),
    ({"inputs": tensors(wt=("FP64", ["a", "b"]))}, 400, 'received "a" as element 1'),
    ({"inputs": tensors(wt=("INT8", [300, 1]))}, 400, "INT8 from -128 to 127, received 300 as element 1"),
    ({"inputs": tensors(wt=("INT8", [0.5, 1]))}, 400, "received 0.5 as element 1"),
    ({"inputs": tensors(wt=("FP32", [1e300, 1]))}, 400, "numbers that FP32 holds"),
    ({"inputs": tensors(wt=("BF16", [1, 1]))}, 400, "received BF16"),
    ({"inputs": [{"name": "wt", "datatype": "FP64", "shape": [3], "data": [1.0]}]}, 400, "3 elements in `data`"),
    ({"inputs": [{"name": "wt", "datatype": "FP64", "shape": [1]}]}, 400, "received neither"),
    (
        {"inputs": [{"name": "wt", "datatype": "FP64", "shape": [1], "parameters": {"binary_data_size": 8}}]},
        400,
        "of at most the 0 bytes that follow",
    ),
    (
        {"inputs": [{"name": "w", "datatype": "FP64", "shape": [1], "parameters": {"shared_memory_region": "r"}}]},
        400,
        "shared memory",
    ),
    ({"inputs": tensors(), "outputs": [{"name": "zzz"}]}, 400, "the model gives prediction"),
    (
        {"inputs": [{**tensors()[3], "parameters": {"content_type": "base64"}}]},
        400,
        "`Gear Type`: its texts are in base64",
    ),
    (
        {"inputs": tensors(), "outputs": [{"name": "prediction", "parameters": {"classification": 2}}]},
        400,
        "greatest values of output `prediction`",
    ),
    ({"inputs": tensors(), "parameters": {"levl": 0.9}}, 422, "did you mean `level`"),
    ({"inputs": tensors(), "parameters": {"level": {"a": 1}}}, 422, "option `level`"),
]


@pytest.mark.parametrize(("body", "status", "words"), BAD)
def test_what_is_wrong_stands_in_error(http: httpx.Client, body: dict[str, Any], status: int, words: str) -> None:
    answer = http.post(PATH, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert words in answer.json()["error"]


@pytest.mark.parametrize(
    ("size", "status"), [("9999", 422), ("-1", 422), ("x", 422), ("10", 400)], ids=["long", "negative", "text", "cut"]
)
def test_a_wrong_length_of_the_head_is_told(http: httpx.Client, size: str, status: int) -> None:
    body, _ = binary(ARRAYS)
    answer = http.post(PATH, content=body, headers={"inference-header-content-length": size})
    assert answer.status_code == status
    assert "error" in answer.json()


def test_bytes_behind_the_last_tensor_are_told(http: httpx.Client) -> None:
    body, headers = binary(ARRAYS)
    answer = http.post(PATH, content=body + b"more", headers=headers)
    assert (answer.status_code, "4 bytes are left" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/nothing", 404),
        ("GET", "/v2/models/trees", 404),
        ("GET", "/v2/models/trees/ready", 404),
        ("GET", "/v2/models/cars/versions/9/ready", 404),
        ("POST", "/v2/models/trees/infer", 404),
        ("POST", "/v2/models/cars/versions/9/infer", 404),
        ("GET", PATH, 405),
        ("POST", "/v2/health/live", 405),
    ],
)
def test_every_failure_below_v2_has_an_error(http: httpx.Client, method: str, path: str, status: int) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)


def test_a_model_that_is_away_is_not_ready(loop: Loop) -> None:
    with run_service(loop, "127.0.0.1:1") as running:
        for path in ("/v2/health/ready", "/v2/models/cars/ready", "/v2/models/cars"):
            answer = running.http.get(path)
            assert (answer.status_code, bool(answer.json()["error"])) == (503, True)
        assert running.http.get("/v2/health/live").status_code == 200


@pytest.fixture
def small(loop: Loop, model_service: FakeModelService) -> Iterator[Running]:
    with run_service(loop, model_service.url, limits={"body": 2000}) as running:
        running.wait_until_ready()
        yield running


def test_a_body_is_bounded_packed_or_not(small: Running) -> None:
    body = json.dumps({"inputs": tensors(), "id": "x" * 100_000}).encode()
    for content, headers in ((body, {}), (gzip.compress(body), {"content-encoding": "gzip"})):
        answer = small.http.post(PATH, content=content, headers=headers)
        assert (answer.status_code, "0.002 MB" in answer.json()["error"]) == (413, True)
    assert outputs(infer(small.http)) == {"prediction": [118.5, 100.0]}


def test_a_large_request_is_answered(http: httpx.Client) -> None:
    rows = 30_000
    columns: dict[str, tuple[str, np.ndarray]] = {
        "wt": ("FP64", np.arange(rows) / 8),
        "hp": ("FP32", np.full(rows, 100, dtype=np.float32)),
        "cyl": ("INT32", np.full(rows, 4, dtype=np.int32)),
        "Gear Type": ("BYTES", np.array(["auto"] * rows, dtype=object)),
    }
    body, headers = binary(columns)
    answer = http.post(PATH, content=body, headers=headers)
    assert outputs(answer)["prediction"] == (np.arange(rows) / 8 + 104).tolist()
