"""What the rules find that look in any place, with this machine standing for another one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from anops_control.budget import LimitError
from anops_control.checking import Choice, Outcome, Status, check_in
from anops_control.configuration import load
from anops_control.places.here import here

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from anops_control.places.place import Ended, Place

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


def outcomes(project: Path, *only: str) -> dict[str, Outcome]:
    configuration = load(project)
    with here(configuration.project) as place:
        found = check_in(place, configuration, Choice(frozenset(only)), lambda _: None)
    return {outcome.rule: outcome for outcome in found}


@pytest.mark.parametrize("language", ["python", "r"])
def test_answers_by_chance_are_no_exact_reference_in_any_place(
    language: str, python_project: Path, r_project: Path
) -> None:
    project = r_project if language == "r" else python_project
    assert outcomes(project, "predictions")["predictions"].status is Status.PASSED
    file, code = CHANCE[language]
    (project / file).write_text(code, encoding="utf-8")
    (finding,) = outcomes(project, "predictions")["predictions"].findings
    assert finding.message.startswith("The predictions are drawn by chance, and tests/reference.json expects the very")
    path = project / "tests" / "reference.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"by_chance": True}))
    (finding,) = outcomes(project, "predictions")["predictions"].findings
    assert "only columns, types and number of the predictions are compared" in finding.message


def test_a_model_that_is_killed_says_so(python_project: Path) -> None:
    (python_project / "model.py").write_text(
        "import os\n\n\ndef load_model(path):\n    os.kill(os.getpid(), 9)\n\n\ndef predict_model(model, data):\n"
        "    return 0\n",
        encoding="utf-8",
    )
    (finding,) = outcomes(python_project, "predictions")["predictions"].findings
    assert finding.message.startswith("The process that loads the model was killed.")


def test_what_ao_toml_leaves_out_is_left_out_in_any_place(python_project: Path) -> None:
    path = python_project / "ao.toml"
    path.write_text(path.read_text() + '\n[check.skip]\nlint = "generated code"\ncoverage = "a wrapper alone"\n')
    place: Place = Full()
    found = {each.rule: each for each in check_in(place, load(python_project), Choice(), lambda _: None)}
    assert found["lint"].findings[0].message == "Left out by ao.toml: generated code"
    assert found["coverage"].status is Status.SKIPPED
    assert found["tests"].status is Status.FAILED


class Full:
    """A place whose limit was reached: no program runs there."""

    project, scratch, r, measures = "/project", "/scratch", ("Rscript",), True

    def python(self, module: str) -> Sequence[str]:
        return ("python", "-m", module)

    def tool(self, name: str) -> Sequence[str]:
        return self.python(name)

    def has_r_package(self, package: str) -> bool:
        return bool(package)

    def run(self, command: Sequence[str], *, what: str, **_: object) -> Ended:
        assert command
        raise LimitError(what, "2 GB of memory")


def test_after_a_limit_nothing_more_is_looked_at(python_project: Path) -> None:
    place: Place = Full()
    first, *others = check_in(place, load(python_project), Choice(), lambda _: None)
    assert first.findings[0].message == "Ruff was ended: it took more than 2 GB of memory, its limit."
    assert {other.findings[0].message for other in others} == {
        "Not checked: the limit, 2 GB of memory, was reached first."
    }
