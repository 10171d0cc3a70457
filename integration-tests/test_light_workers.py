"""The process that loads a model does without gRPC, protobuf and pydantic, of which its packages may want others."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from typing import TYPE_CHECKING

import grpc
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest
from anops_model_interface.open_inference.open_inference_pb2_grpc import GRPCInferenceServiceStub
from little_models import write_project
from stack import serving

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

WITHOUT = """
import sys


class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"grpc", "pydantic", "pydantic_core"} or name.startswith("google.protobuf"):
            raise ModuleNotFoundError(f"a worker wants {name}", name=name)


if any(word.endswith("fork_server") for word in sys.orig_argv):
    sys.meta_path.insert(0, Without())
"""


def test_a_worker_predicts_without_grpc_protobuf_and_pydantic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    project = write_project(tmp_path, language, "sum", row_independent=True)
    with serving(project) as stack, grpc.insecure_channel(f"127.0.0.1:{stack.model.port}") as channel:
        answer = stack.client.post("/predict", json={"data": [{"a": 1, "b": 2}]})
        assert answer.json()["predictions"] == [{"prediction": 3}]
        two = {"datatype": "INT64", "shape": [1], "contents": {"int64_contents": [2]}}
        request = ModelInferRequest(inputs=[{"name": "a", **two}, {"name": "b", **two}])  # type: ignore[list-item]
        (prediction,) = GRPCInferenceServiceStub(channel).ModelInfer(request).raw_output_contents
        assert prediction == b"\0\0\0\0\0\0\x10\x40"


def test_nothing_that_loads_a_model_imports_grpc_protobuf_or_pydantic() -> None:
    names = [
        name
        for package in ("anops_worker", "anops_model_service_r")
        for _, name, _ in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
    ]
    assert {"anops_worker.fork_server", "anops_worker.examine", "anops_model_service_r.describe"} <= {*names}
    program = "\n".join(
        [
            "import importlib, sys",
            f"for name in {names!r}:",
            "    importlib.import_module(name)",
            "    found = [heavy for heavy in ('grpc', 'google.protobuf', 'pydantic') if heavy in sys.modules]",
            "    assert not found, f'{name} imports {found}'",
        ]
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
