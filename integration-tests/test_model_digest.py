"""Of a model that is not the one that is to be served, nothing is loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from anops_project.digest import digest_of
from anops_project.project import Project
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
