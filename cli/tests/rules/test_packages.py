from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from anops_control.configuration import load
from anops_control.environment import Interpreter
from anops_control.places.here import here
from anops_control.rules import packages_python, packages_r
from anops_control.rules.packages_r import Facts
from anops_control.rules.rscript import run_script
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from anops_control.findings import Finding


def told(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.severity.value, finding.message.partition(":")[0]) for finding in findings]


def python(bare: Path, used: dict[str, str], declared: list[str], installed: dict[str, str]) -> Any:
    wanted = {canonicalize_name(Requirement(line).name): Requirement(line) for line in declared}
    return told(packages_python.package_findings(used, wanted, installed, Interpreter(bare, "a test")))


def test_a_needed_package_that_is_not_declared_is_an_error(bare_python: Path) -> None:
    found = python(bare_python, {"lightgbm": "4.1"}, [], {})
    assert found == [
        ("error", "The model or its code needs the package `lightgbm`, which requirements.txt does not name")
    ]


def test_a_package_that_another_one_brings_need_not_be_declared(bare_python: Path) -> None:
    installed = {"scikit-learn": "1.4", "numpy": "2.0"}
    assert python(bare_python, {"numpy": "2.0"}, ["scikit_learn==1.4"], installed) == []


def test_other_versions_than_declared_are_warnings_and_open_ones_notes(bare_python: Path) -> None:
    found = python(
        bare_python,
        {"a": "1.0", "b": "1.0"},
        ["a==2.0", "b", "c==1.0"],
        {"a": "1.0", "b": "1.0"},
    )
    assert [severity for severity, _ in found] == ["note", "warning", "warning"]
    assert found[1][1] == "requirements.txt has a==2.0, and 1.0 is installed where the model is loaded"
    assert "`c`, which is not installed" in found[2][1]


def test_a_version_outside_of_a_range_is_a_warning_and_one_inside_is_not(bare_python: Path) -> None:
    found = python(bare_python, {}, ["a>=1,<2", "b>=1,<2", "c==1.*"], {"a": "1.5", "b": "2.1", "c": "1.9"})
    assert found == [("warning", "requirements.txt has b<2,>=1, and 2.1 is installed where the model is loaded")]


def test_a_package_from_an_address_has_no_version_to_fix(bare_python: Path) -> None:
    line = "ours @ https://archive.example.org/ours-1.0-py3-none-any.whl"
    assert python(bare_python, {"ours": "1.0"}, [line], {"ours": "1.0"}) == []


def test_r_code_tells_which_packages_it_uses(r_project: Path) -> None:
    (r_project / "model.R").write_text(
        'library(splines)\nsuppressMessages(library("MASS"))\npredict_model <- function(model, newdata) {\n'
        "  p <- 'x'; library(p, character.only = TRUE)\n  # library(none)\n"
        "  mgcv::predict.gam(model, newdata[, 1])\n}\n"
    )
    (r_project / "DESCRIPTION").write_text("Package: cars\nImports: MASS (>= 7.3-1),\n    jsonlite\n")
    arguments = packages_r.arguments(load(r_project))
    with here(load(r_project).project) as place:
        facts = Facts.read(run_script("packages.R", arguments, place))
    assert set(facts.in_code) == {"splines", "MASS", "mgcv"}
    assert facts.declared == {"MASS": "7.3-1", "jsonlite": ""}
    assert "splines" in facts.base
    assert told(packages_r.package_findings(facts, used=(), recorded={}))[0] == (
        "error",
        "The code uses the package `mgcv`, which DESCRIPTION does not import",
    )


@pytest.mark.parametrize(
    ("here", "before", "severity"),
    [
        ("1.8-40", "1.8-41", "error"),
        ("1.9-1", "1.8-41", "warning"),
        ("1.8-42", "1.8-41", "note"),
        ("1.8.41", "1.8-41", None),
    ],
)
def test_another_version_than_when_it_was_fitted(here: str, before: str, severity: str | None) -> None:
    facts = Facts(in_code=(), declared={"mgcv": before}, installed={"mgcv": here}, base=frozenset())
    assert [found for found, _ in told(packages_r.package_findings(facts, used=("mgcv",), recorded={}))] == (
        [severity] if severity else []
    )


def test_the_record_of_an_image_counts_before_description() -> None:
    facts = Facts(in_code=(), declared={"mgcv": "1.8"}, installed={"mgcv": "1.9"}, base=frozenset())
    ((severity, message),) = told(packages_r.package_findings(facts, used=(), recorded={"mgcv": "1.7"}))
    assert (severity, message) == (
        "warning",
        "`mgcv` is 1.9 here; renv.lock was written with 1.7. Predictions may differ between the two.",
    )
