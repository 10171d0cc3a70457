from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

LIGHT = ("--only", "structure", "--only", "lint")


def test_a_good_project_is_ready_to_be_served(ao: Callable[..., Result], python_project: Path) -> None:
    result = ao("check", *LIGHT, folder=python_project)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "✔ structure  The model, its code and its tests are there.",
        "✔ lint       Ruff finds nothing in the code.",
        "",
        "✔ The project is ready. Serve it with `ao serve`.",
    ]


def test_an_error_is_shown_with_place_and_remedy_and_fails(ao: Callable[..., Result], python_project: Path) -> None:
    (python_project / "model.json").write_bytes(b"")
    result = ao("check", *LIGHT, folder=python_project)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:3] == [
        "✖ structure  1 error",
        "    ✖ model.json: The model `model.json` is empty.",
        "    → Save the fitted model again.",
    ]
    assert result.stdout.splitlines()[-1] == "✖ The project has 1 error."


def test_a_warning_passes_unless_it_is_strict(ao: Callable[..., Result], python_project: Path) -> None:
    (python_project / "model.py").write_text("import os\n")
    relaxed = ao("check", *LIGHT, folder=python_project)
    assert relaxed.exit_code == 0
    assert relaxed.stdout.splitlines()[-1] == "✔ The project can be served, with 1 warning."
    assert ao("check", *LIGHT, "--strict", folder=python_project).exit_code == 1


def test_what_matters_most_comes_first_and_notes_are_counted(ao: Callable[..., Result], python_project: Path) -> None:
    (python_project / "model.py").write_text("import os\n")
    (python_project / "model.json").write_bytes(b"")
    lines = ao("check", *LIGHT, "--only", "configuration", folder=python_project).stdout.splitlines()
    assert [line.split()[:2] for line in lines if line[:1] in "✖▲✔" and line[:1]][:3] == [
        ["✖", "structure"],
        ["▲", "lint"],
        ["✔", "configuration"],
    ]


def test_a_healthy_model_gets_no_list_of_worries(ao: Callable[..., Result], r_project: Path) -> None:
    result = ao("check", "--only", "leftovers", folder=r_project)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "✔ leftovers  The model holds nothing by mistake. (2 notes)",
        "",
        "• 2 notes, worth knowing: ao check --verbose",
        "✔ The project is ready. Serve it with `ao serve`.",
    ]
    assert "rows it was fitted on" in ao("check", "--only", "leftovers", "--verbose", folder=r_project).stdout
    whole = json.loads(ao("check", "--only", "leftovers", "--json", folder=r_project).stdout)
    assert {finding["severity"] for finding in whole["findings"]} == {"note"}


def test_json_has_the_findings_and_a_summary(ao: Callable[..., Result], python_project: Path) -> None:
    (python_project / "model.py").write_text("import os\n")
    report = json.loads(ao("check", *LIGHT, "--json", folder=python_project).stdout)
    assert report["findings"] == [
        {
            "rule": "lint",
            "severity": "warning",
            "message": "`os` imported but unused. [F401]",
            "remedy": "Remove unused import: `os`.",
            "file": "model.py",
            "line": 1,
            "column": 8,
            "key": None,
            "fixable": False,
        }
    ]
    assert report["summary"] == {
        "passed": True,
        "errors": 0,
        "warnings": 1,
        "rules": {"structure": "passed", "lint": "warned"},
    }


def test_faults_of_the_configuration_are_findings(ao: Callable[..., Result], python_project: Path) -> None:
    with (python_project / "ao.toml").open("a") as file:
        file.write("[servce]\n")
    result = ao("check", "--json", folder=python_project)
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["findings"][0]["remedy"] == "Did you mean `[service]`?"
    assert report["summary"]["rules"]["predictions"] == "not run"


def test_a_remedy_that_several_findings_share_is_said_once(ao: Callable[..., Result], python_project: Path) -> None:
    reference = python_project / "tests" / "reference.json"
    saved = json.loads(reference.read_text())
    saved["predictions"]["columns"]["prediction"] = [1, 2]
    reference.write_text(json.dumps(saved))
    result = ao("check", "--only", "predictions", folder=python_project)
    assert result.stdout.count("Row ") == 2
    assert result.stdout.count("→") == 1


def test_nothing_is_written_into_the_project(ao: Callable[..., Result], python_project: Path) -> None:
    before = sorted(python_project.rglob("*"))
    ao("check", folder=python_project)
    assert sorted(python_project.rglob("*")) == before


def test_without_a_project_it_says_so(ao: Callable[..., Result], tmp_path: Path) -> None:
    result = ao("check", folder=tmp_path)
    assert result.exit_code == 3
    assert result.stderr.startswith("✖ There is no ao.toml here")
