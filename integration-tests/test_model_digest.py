"""Of a model that is not the one that is to be served, nothing is loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from anops_project.digest import digest_of
from anops_project.project import Project
from anops_project.recorded import sha256_of
from little_models import write_project
from stack import serving

if TYPE_CHECKING:
    from pathlib import Path

NOTE = "import pathlib\npathlib.Path(__file__).with_name('ran').touch()\n"


def test_a_model_that_was_exchanged_is_refused_before_its_code_runs(tmp_path: Path) -> None:
    project = write_project(tmp_path / "sum", "python", "sum")
    digest = digest_of(Project.read(project))
    with serving(project, "--model-digest", digest) as stack:
        assert stack.client.get("/model").json()["digest"] == digest

    code = project / "model.py"
    code.write_text(NOTE + code.read_text())
    ended = subprocess.run(
        [sys.executable, "-m", "anops_model_service", "--project", str(project), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # its code would be refused the file otherwise
        env={"ANOPS_MODEL_DIGEST": digest, "ANOPS_WORKER_ISOLATION": "off"},
    )
    assert ended.returncode == 3
    assert f"is not the one that is to be served: its digest is {digest_of(Project.read(project))}, not {digest}." in (
        ended.stderr
    )
    assert not (project / "ran").exists()


def test_a_fitted_model_that_is_not_the_file_that_was_taken_in_is_not_loaded(language: str, tmp_path: Path) -> None:
    project = write_project(tmp_path / "sum", language, "sum")
    settings, model = project / "ao.toml", project / "fit"
    model.write_bytes(b"a fit")
    recorded = f'[model]\nartifact = "fit"\nsha256 = "{sha256_of(model)}"\n'
    settings.write_text(settings.read_text().replace("[model]\n", recorded))
    code = project / ("model.R" if language == "r" else "model.py")
    load = "load_model <- function(path) 1\n" if language == "r" else "def load_model(path):\n    return 1\n"
    code.write_text(load + code.read_text())
    with serving(project) as stack:
        assert stack.client.post("/predict", json={"data": [{"a": 1, "b": 2}]}).status_code == 200

    model.write_bytes(b"a fit of somebody else")
    ended = subprocess.run(
        [sys.executable, "-m", "anops_model_service", "--project", str(project), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 3
    assert "`fit` is not the file that was taken in, and is not loaded" in ended.stderr
    assert "If you refitted it, take it in: ao refit" in ended.stderr
