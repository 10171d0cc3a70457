"""What the checks of an image make of its answers to the reference rows; the same program is run here as there."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from anops_control.building.checks import reproduced
from anops_control.building.child import Ended
from anops_control.configuration import load
from anops_control.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.findings import Finding

CHANCE = {
    "python": (
        "model.py",
        (
            "import numpy as np\n\nrandom = np.random.default_rng()\n\n\ndef load_model(path):\n    return None\n\n\n"
            "def predict_model(model, data, **options):\n    return random.normal(size=len(data))\n"
        ),
    ),
    "r": ("model.R", "predict_model <- function(model, newdata, ...) rnorm(nrow(newdata))\n"),
}


def found_in(project: Path) -> list[Finding]:
    command = [sys.executable, "-m", "anops_worker.reproduce", "--project", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return list(reproduced(Ended(done.returncode, done.stdout, done.stderr), load(project)))


@pytest.mark.parametrize("language", ["python", "r"])
def test_answers_by_chance_are_no_exact_reference_of_an_image(
    language: str, python_project: Path, r_project: Path
) -> None:
    project = r_project if language == "r" else python_project
    assert found_in(project) == []
    file, code = CHANCE[language]
    (project / file).write_text(code, encoding="utf-8")
    (finding,) = found_in(project)
    assert finding.severity is Severity.ERROR
    assert finding.message.startswith("The predictions are drawn by chance, and tests/reference.json expects the very")
    path = project / "tests" / "reference.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"by_chance": True}))
    (finding,) = found_in(project)
    assert finding.severity is Severity.NOTE
    assert "only columns, types and number of the predictions are compared" in finding.message
