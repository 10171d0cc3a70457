"""One api-service before three real model-services: a model in R, and two versions of one in Python."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anops
import httpx
import pandas as pd
import pytest
from anops_control.r_client import sources
from little_models import write_project
from stack import Service, running, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = pd.DataFrame({"a": [1.0, 2.0], "b": [10.0, 20.0]}, index=["x", "y"])
MODELS = {  # the version of each, and what it makes of a and b
    "r-sum": ("r", "1.0.0", "newdata$a + newdata$b"),
    "old": ("python", "1.9.0", "return data['a'] - data['b']"),
    "new": ("python", "1.10.0", "return data['a'] * data['b']"),
}


@dataclass(frozen=True)
class Served:
    services: dict[str, Service]
    url: str
    http: httpx.Client


def project(folder: Path, language: str, name: str, version: str, body: str) -> Path:
    """Write a project whose model computes something of its own."""
    write_project(folder, language, "sum", row_independent=True)
    code = folder / ("model.R" if language == "r" else "model.py")
    heads = {"r": "predict_model <- function(model, newdata, ...) ", "python": "def predict_model(model, data):\n    "}
    code.write_text(f"{heads[language]}{body}\n", encoding="utf-8")
    toml = folder / "ao.toml"
    text = toml.read_text(encoding="utf-8").replace('name = "sum"', f'name = "{name}"')
    toml.write_text(text.replace('version = "1.2.3"', f'version = "{version}"'), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("models")
    with ExitStack() as leaving:
        services = {}
        for key, (language, version, body) in MODELS.items():
            name = "r-sum" if language == "r" else "arithmetic"
            path = project(folder / key, language, name, version, body)
            services[key] = leaving.enter_context(running("anops_model_service", "--project", str(path), "--port", "0"))
        addresses = [part for one in services.values() for part in ("--model-url", f"127.0.0.1:{one.port}")]
        api = leaving.enter_context(running("anops_api_service", "--port", "0", *addresses))
        url = f"http://127.0.0.1:{api.port}"
        http = leaving.enter_context(httpx.Client(base_url=url, timeout=60))
        wait_until(lambda: http.get("/health/ready").status_code == 200, seconds=60)
        yield Served(services, url, http)


@pytest.mark.parametrize(
    ("model", "version", "expected"),
    [
        ("r-sum", None, [11.0, 22.0]),
        ("arithmetic", None, [10.0, 40.0]),
        ("arithmetic", "1.10.0", [10.0, 40.0]),
        ("arithmetic", "1.9.0", [-9.0, -18.0]),
    ],
)
def test_the_python_client_asks_a_model_by_its_name(
    served: Served, model: str, version: str | None, expected: list[float]
) -> None:
    with anops.Client(served.url, model=model, version=version) as client:
        answer = client.predict(ROWS)
    assert answer["prediction"].to_dict() == dict(zip(ROWS.index, expected, strict=True))
    assert answer.attrs["model"]["name"] == model


def test_the_r_client_asks_a_model_by_its_name(served: Served, tmp_path: Path) -> None:
    install = ["R", "CMD", "INSTALL", f"--library={tmp_path}", str(sources())]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    code = f"""
    library(anops, lib.loc = "{tmp_path}")
    url <- "{served.url}"
    rows <- data.frame(a = c(1, 2), b = c(10, 20))
    cat(predict_remote(url, rows, model = "r-sum")$prediction, "\\n")
    cat(predict_remote(url, rows, model = "arithmetic")$prediction, "\\n")
    cat(predict(remote_model(url, "arithmetic", "1.9.0"), rows)$prediction, "\\n")
    tryCatch(predict_remote(url, rows), anops_error = function(e) cat(e$code, conditionMessage(e)))
    """
    done = subprocess.run(
        ["Rscript", "--vanilla", "-"], input=code, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split() for line in lines[:3]] == [["11", "22"], ["10", "40"], ["-9", "-18"]]
    assert lines[3].startswith("MODEL_NOT_FOUND")
    assert "`r-sum`, `arithmetic`" in done.stdout


@pytest.mark.parametrize(
    ("content", "media"), [('{"data": {"a": [1], "b": [10]}}', "application/json"), ("a,b\n1,10\n", "text/csv")]
)
def test_bodies_of_every_kind_go_to_the_model_of_the_path(served: Served, content: str, media: str) -> None:
    for path, expected in (("r-sum", 11), ("arithmetic", 10), ("arithmetic/versions/1.9.0", -9)):
        answer = served.http.post(f"/models/{path}/predict", content=content, headers={"content-type": media})
        assert answer.json()["predictions"] == [{"prediction": expected}]


def test_while_one_version_is_down_the_others_go_on(served: Served) -> None:
    body = {"data": {"a": [1], "b": [10]}}
    served.services["new"].process.kill()
    served.services["new"].process.wait()
    high, low = "/models/arithmetic/versions/1.10.0", "/models/arithmetic/versions/1.9.0"
    wait_until(lambda: served.http.get(f"{high}/health/ready").status_code == 503)
    away = served.http.post(f"{high}/predict", json=body)
    assert (away.status_code, away.json()["code"]) == (503, "NOT_READY")
    assert served.http.get(f"{low}/health/ready").status_code == 200
    assert served.http.get("/health/ready").status_code == 503
    for path, expected in ((low, -9), ("/models/arithmetic", -9), ("/models/r-sum", 11)):
        answer = served.http.post(f"{path}/predict", json=body)
        assert answer.json()["predictions"] == [{"prediction": expected}]
    assert [one["ready"] for one in served.http.get("/models").json()["models"]] == [True, True, False]
