"""Clients that we did not write talk to our services."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from little_models import write_project
from stack import running, serving

HERE = Path(__file__).parent


def said_by(program: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, HERE / program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def ask_as_triton(port: int, columns: dict[str, list[object]]) -> dict[str, Any]:
    return said_by("triton_client.py", f"127.0.0.1:{port}", json.dumps(columns))


def test_tritons_client_gets_live_ready_metadata_and_predictions(tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path, language, "sum")
    with running("anops_model_service", "--project", str(project), "--port", "0") as service:
        said = ask_as_triton(service.port, {"a": [1.0, 2.0], "b": [10.0, 20.0]})
    assert (said["live"], said["ready"], said["model_ready"]) == (True, True, True)
    assert said["server"] == "anops-model-service"
    assert said["model"]["name"] == "sum"
    assert said["model"]["versions"] == ["1.2.3"]
    assert said["model"]["platform"] == f"anops_{language}"
    # its perf analyzer asks for it
    column = {"name": "a", "data_type": "TYPE_FP64", "dims": ["-1"]}
    assert (said["config"]["input"][0], said["config"]["output"][0]["dims"]) == (column, ["-1"])
    assert said["id"] == "triton-1"
    assert said["predictions"] == [11.0, 22.0]


def test_tritons_client_sends_and_gets_text(tmp_path: Path, language: str) -> None:
    contract = '{ type = "category", levels = ["low", "hoch ä"] }'
    project = write_project(tmp_path, language, "level", inputs=f"g = {contract}", outputs=f"prediction = {contract}")
    with running("anops_model_service", "--project", str(project), "--port", "0") as service:
        said = ask_as_triton(service.port, {"g": ["hoch ä", "low"]})
    assert said["predictions"] == ["hoch ä", "low"]


@pytest.mark.parametrize("outputs", ["integer", "number"])
def test_a_client_that_knows_nothing_of_missing_sees_gaps_of_numbers(
    tmp_path: Path, language: str, outputs: str
) -> None:
    project = write_project(tmp_path, language, "gaps", inputs='a = "number"', outputs=f'prediction = "{outputs}"')
    with running("anops_model_service", "--project", str(project), "--port", "0") as service:
        said = ask_as_triton(service.port, {"a": [0.0, 7.0]})
    assert said["predictions"] == [None, 7.0]


def test_a_client_that_knows_nothing_of_missing_sees_gaps_of_texts(tmp_path: Path, language: str) -> None:
    contract = '{ type = "category", levels = ["low", "high"] }'
    project = write_project(tmp_path, language, "blanks", inputs=f"g = {contract}", outputs='prediction = "string"')
    with running("anops_model_service", "--project", str(project), "--port", "0") as service:
        said = ask_as_triton(service.port, {"g": ["low", "high"]})
    assert said["predictions"] == ["NA", "high"]


def test_tritons_client_gets_the_problem_as_a_status(tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path, language, "sum")
    with (
        running("anops_model_service", "--project", str(project), "--port", "0") as service,
        pytest.raises(AssertionError, match="column `b` is missing"),
    ):
        ask_as_triton(service.port, {"a": [1.0]})


def test_health_and_reflection_answer_any_grpc_tool(tmp_path: Path, language: str) -> None:
    project = write_project(tmp_path, language, "sum")
    with (
        running("anops_model_service", "--project", str(project), "--port", "0") as service,
        grpc.insecure_channel(f"127.0.0.1:{service.port}") as channel,
    ):
        health = health_pb2_grpc.HealthStub(channel)
        for name in ("", "inference.GRPCInferenceService"):
            assert health.Check(health_pb2.HealthCheckRequest(service=name)).status == 1
        reflection = reflection_pb2_grpc.ServerReflectionStub(channel)
        (listed,) = reflection.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
        assert {service.name for service in listed.list_services_response.service} >= {
            "inference.GRPCInferenceService",
            "grpc.health.v1.Health",
        }


def test_http_clients_of_triton_and_mlflow_are_answered(tmp_path: Path, language: str) -> None:
    columns = """
a = { type = "number", missing = "allow" }
k = "integer"
g = { type = "category", levels = ["low", "hoch ä"] }
t = "boolean"
"""
    option = 'level = { type = "number", default = 0.9 }'
    project = write_project(tmp_path, language, "echo", inputs=columns, outputs=columns, options=option)
    with serving(project) as stack:
        triton = said_by("triton_http_client.py", f"127.0.0.1:{stack.api.port}", "echo")
        mlflow = said_by("mlflow_client.py", str(stack.api.port))
    assert (triton["ready"], triton["other"], triton["versions"]) == ([True, True, True], False, ["1.2.3"])
    assert (triton["id"], triton["batch"]) == ("t-1", 0)
    rows = {"a": [1.5, None], "k": [3, 4], "g": ["low", "hoch ä"], "t": [True, False]}
    assert triton["answers"] == dict.fromkeys(("binary", "json", "gzip", "options", "later"), rows)
    assert triton["async"] == [rows, rows]
    assert triton["packed"] == [True, True]
    [[unknown, no_model], [misfit, no_option]] = triton["refused"]
    assert (unknown, misfit) == ("404", "422")
    assert "There is no model `nobody`" in no_model
    assert "did you mean `level`" in no_option
    assert mlflow["answer"] == [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)]
    assert "column `g` is missing" in mlflow["refused"]
