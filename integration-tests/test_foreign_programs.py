"""Servers and clients that others wrote, each with its own packages: they ask our services, or stand behind them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from free_ports import free_ports
from little_models import write_project
from stack import running, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.long
PROGRAMS = Path(__file__).parent / "foreign"
ENVIRONMENTS = Path(__file__).parents[1] / ".nox" / "foreign"
KSERVE = ("kserve==0.21.0",)
GENERATOR = ("openapi-python-client==0.29.1", "ruff>=0.9")
MLSERVER = ("mlserver==1.7.1", "mlserver-sklearn==1.7.1", "pandas<3")
COLUMNS = """
a = { type = "number", missing = "allow" }
k = "integer"
g = { type = "category", levels = ["low", "hoch ä"] }
t = "boolean"
"""
ROWS = {"a": [1.5, None], "k": [3, 4], "g": ["low", "hoch ä"], "t": [True, False]}


def environment(name: str, *packages: str) -> Path:
    """Return the Python of an environment that has these packages, which is kept for the next time."""
    folder = ENVIRONMENTS / name
    python, wanted = folder / "bin" / "python", folder / "wanted.txt"
    if not wanted.exists() or wanted.read_text(encoding="utf-8") != "\n".join(packages):
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run([*uv, "pip", "install", "--quiet", "--python", python, *packages], check=True)
        wanted.write_text("\n".join(packages), encoding="utf-8")
    return python


@contextmanager
def program(*command: str | Path, cwd: Path | None = None) -> Iterator[None]:
    """Run a program until the block ends."""
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=90)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def before(port: int, *flags: str) -> Iterator[httpx.Client]:
    """Put our api-service before a server; it need not be ready."""
    with (
        running("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{port}", *flags) as api,
        httpx.Client(base_url=f"http://127.0.0.1:{api.port}", timeout=60) as client,
    ):
        yield client


def ready(client: httpx.Client) -> None:
    wait_until(lambda: client.get("/health/ready").status_code == 200, seconds=180)


def predict(client: httpx.Client, rows: Any) -> tuple[int, Any]:
    answer = client.post("/predict", json={"data": rows})
    told = answer.json()
    return answer.status_code, told["predictions"] if answer.status_code == 200 else (told["code"], told["detail"])


def test_kserves_clients_ask_models_of_both_languages(tmp_path: Path, language: str) -> None:
    option = 'level = { type = "number", default = 0.9 }'
    project = write_project(tmp_path, language, "echo", inputs=COLUMNS, outputs=COLUMNS, options=option)
    python = environment("kserve", *KSERVE)
    with serving(project) as stack:
        command = [python, PROGRAMS / "kserve_clients.py", str(stack.api.port), str(stack.model.port), "echo"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["ready"], said["other"], said["id"]) == ([True, True, True], False, "k-1")
    assert said["rest"] == [ROWS, ROWS]
    assert said["option"] == said["as bytes"] == ROWS
    assert said["grpc"] == [ROWS, ROWS, ROWS]
    assert "There is no model `nobody`" in said["refused"][0]
    assert "did you mean `level`" in said["refused"][1]


def test_a_client_that_is_generated_from_the_document_predicts(tmp_path: Path, language: str) -> None:
    option = 'level = { type = "number", default = 0.9 }'
    project = write_project(tmp_path / "echo", language, "echo", inputs=COLUMNS, outputs=COLUMNS, options=option)
    python = environment("openapi", *GENERATOR)
    rows = [dict(zip(ROWS, row, strict=True)) for row in zip(*ROWS.values(), strict=True)]
    with serving(project) as stack:
        address = f"http://127.0.0.1:{stack.api.port}"
        document = ["--url", f"{address}/openapi.json", "--output-path", tmp_path / "generated", "--meta", "none"]
        generate = [python.with_name("openapi-python-client"), "generate", *document]
        path = f"{python.parent}:{os.environ['PATH']}"
        made = subprocess.run(generate, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr
        command = [python, PROGRAMS / "generated_client.py", address, json.dumps(rows)]
        environ = os.environ | {"PYTHONPATH": str(tmp_path)}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["answer"]["predictions"] == rows
    assert said["answer"]["model"]["version"] == "1.2.3"
    assert said["ready"] == {"status": "ready"}


@pytest.fixture(scope="module")
def kserve() -> Iterator[int]:
    """A server that is made with KServe's SDK; the port of its gRPC."""
    python = environment("kserve", *KSERVE)
    rest, grpc = free_ports(2)
    with program(python, PROGRAMS / "kserve_server.py", str(rest), str(grpc)):
        yield grpc


def test_a_kserve_server_is_asked_by_its_metadata(kserve: int) -> None:
    with before(kserve, "--model-name", "sums") as client:
        ready(client)
        assert predict(client, [{"a": 1, "b": 2}, {"a": 3, "b": 4}]) == (200, [{"total": 3}, {"total": 7}])
        assert predict(client, {"a": [], "b": []}) == (200, [])
        assert predict(client, [{"a": 1}])[1][0] == "COLUMN_MISSING"
        status, (code, _) = predict(client, [{"a": 666, "b": 1}])
        assert (status, code) == (500, "MODEL_FAILED")
        columns = {tensor["name"] for tensor in client.get("/v2/models/sums").json()["inputs"]}
        assert columns == {"a", "b"}
        assert client.get("/docs").status_code == 200
        csv = client.post("/invocations", content="b,a\n2,1\n", headers={"content-type": "text/csv"})
        assert csv.json() == {"predictions": [{"total": 3.0}]}


def test_a_kserve_server_that_names_no_columns_needs_a_file(kserve: int, tmp_path: Path) -> None:
    with before(kserve, "--model-name", "bare") as client:
        wait_until(lambda: "does not say which columns" in client.get("/health/ready").text, seconds=180)
    rows = tmp_path / "rows.csv"
    rows.write_text("a,b\n1.5,2\n", encoding="utf-8")
    with before(kserve, "--model-name", "bare", "--schema-file", str(rows)) as client:
        ready(client)
        assert predict(client, [{"a": 1, "b": 2}]) == (200, [{"total": 3}])


def test_a_kserve_server_has_no_model_of_this_name(kserve: int) -> None:
    with before(kserve, "--model-name", "trees") as client:
        wait_until(lambda: "has no model `trees`" in client.get("/health/ready").text, seconds=180)


FIT = """
import joblib, numpy
from sklearn.linear_model import LinearRegression
x = numpy.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
joblib.dump(LinearRegression().fit(x, x @ [2.0, 3.0] + 1), "model.joblib")
"""


@pytest.fixture(scope="module")
def mlserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """MLServer with a linear model of scikit-learn, as its page of the beginning tells; the port of its gRPC."""
    python, folder = environment("mlserver", *MLSERVER), tmp_path_factory.mktemp("mlserver")
    subprocess.run([python, "-c", FIT], cwd=folder, check=True)
    rest, grpc, metrics = free_ports(3)
    settings = {"host": "127.0.0.1", "http_port": rest, "grpc_port": grpc, "metrics_port": metrics}
    (folder / "settings.json").write_text(json.dumps({**settings, "parallel_workers": 0}), encoding="utf-8")
    model = {"name": "line", "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": "./model.joblib"}}
    (folder / "model-settings.json").write_text(json.dumps(model), encoding="utf-8")
    with program(python.with_name("mlserver"), "start", ".", cwd=folder):
        yield grpc


def test_mlserver_with_scikit_learn_is_asked_with_a_file_of_its_columns(mlserver: int, tmp_path: Path) -> None:
    schema = tmp_path / "columns.toml"
    schema.write_text(
        'tensor = "input-0"\ndatatype = "FP64"\n[inputs]\nx = "number"\ny = "number"\n[outputs]\npredict = "number"\n',
        encoding="utf-8",
    )
    with before(mlserver, "--model-name", "line", "--schema-file", str(schema)) as client:
        ready(client)
        status, predictions = predict(client, [{"x": 1, "y": 2}, {"x": 0, "y": 0}])
        assert (status, [row["predict"] for row in predictions]) == (200, pytest.approx([9.0, 1.0]))
        assert predict(client, []) == (200, [])
        assert predict(client, [{"x": 1}])[1][0] == "COLUMN_MISSING"
        many = [{"x": i, "y": 0} for i in range(5000)]
        assert len(predict(client, many)[1]) == 5000


def test_mlserver_names_no_columns_by_itself(mlserver: int) -> None:
    with before(mlserver, "--model-name", "line") as client:
        wait_until(lambda: "does not say which columns" in client.get("/health/ready").text, seconds=180)
