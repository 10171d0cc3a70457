from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.configuration import load
from anops_control.findings import Severity
from anops_control.rules.predictions import RULE, compare, compare_kinds

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ao


def messages(expected: list[Any], received: list[Any]) -> list[str]:
    return [finding.message for finding in compare({"p": expected}, {"p": received})]


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        ([1.0], [1.0 + 1e-9]),
        ([1], [1.0]),
        ([0.0], [1e-17]),
        (["Inf", None, "a", True], ["Inf", None, "a", True]),
        ([], []),
    ],
)
def test_the_same_predictions_are_found_the_same(expected: list[Any], received: list[Any]) -> None:
    assert messages(expected, received) == []


@pytest.mark.parametrize(
    ("expected", "received", "message"),
    [
        ([1.0], [1.0 + 1e-7], "Row 1 of column `p` must be 1, not 1.0000001 (a relative difference of 1e-07)."),
        ([8], [7.0], "Row 1 of column `p` must be 8, not 7 (a relative difference of 0.12)."),
        ([1e300], [1.5], "Row 1 of column `p` must be 1e+300, not 1.5 (a relative difference of 1)."),
        ([1, 2], [1, None], "Row 2 of column `p` must be 2, not missing."),
        ([1], ["1"], 'Row 1 of column `p` must be 1, not "1".'),
        ([True], [1], "Row 1 of column `p` must be true, not 1."),
        ([1, 2], [1], "Column `p` must have 2 predictions, not 1."),
    ],
)
def test_a_different_prediction_is_named_with_row_and_column(
    expected: list[Any], received: list[Any], message: str
) -> None:
    assert messages(expected, received) == [message]


def test_after_five_differences_the_others_are_counted() -> None:
    found = messages([1] * 20, [2] * 20)
    assert len(found) == 6
    assert found[-1] == "15 more predictions are different."


def test_columns_that_are_missing_or_new_are_named() -> None:
    found = [finding.message for finding in compare({"p": [1]}, {"q": [1]})]
    assert found == [
        "Column `p` is missing in the predictions.",
        "Column `q` of the predictions is not among the expected ones.",
    ]


def test_a_model_that_can_not_be_loaded_is_an_error_with_the_reason(python_project: Path) -> None:
    (python_project / "model.json").write_bytes(b"this is no model")
    (finding,) = RULE.inspect(load(python_project))
    assert finding.severity is Severity.ERROR
    assert "JSONDecodeError" in finding.message


def test_without_reference_rows_the_model_is_loaded_all_the_same(python_project: Path) -> None:
    (python_project / "tests" / "reference.json").unlink()
    (finding,) = RULE.inspect(load(python_project))
    assert finding.severity is Severity.WARNING
    assert finding.message.startswith("The project has no reference rows")


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"rows": {"columns": {}}})])
def test_a_reference_that_can_not_be_read_is_an_error(python_project: Path, text: str) -> None:
    (python_project / "tests" / "reference.json").write_text(text)
    (finding,) = RULE.inspect(load(python_project))
    assert finding.severity is Severity.ERROR
    assert "reference.json" in f"{finding.message} {finding.file}" or "column" in finding.message


def test_the_tolerance_is_that_of_ao_toml(python_project: Path) -> None:
    reference = python_project / "tests" / "reference.json"
    reference.write_text(reference.read_text().replace("1.75", "1.7500001"))
    assert len(list(RULE.inspect(load(python_project)))) == 1
    with (python_project / "ao.toml").open("a") as file:
        file.write("\n[check]\ntolerance = 1e-6\n")
    assert list(RULE.inspect(load(python_project))) == []


CHANCE = """
import numpy as np

random = np.random.default_rng()


def load_model(path):
    return None


def predict_model(model, data, **options):
    return random.normal(size=len(data))
"""


def by_chance(project: Path, **written: object) -> Path:
    """Let a project answer by chance, and write into its reference file."""
    if project.name == "cars":
        (project / "model.R").write_text("predict_model <- function(model, newdata, ...) rnorm(nrow(newdata))\n")
    else:
        (project / "model.py").write_text(CHANCE)
    path = project / "tests" / "reference.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | written))
    return project


@pytest.fixture(params=["python", "r"])
def either(request: pytest.FixtureRequest, python_project: Path, r_project: Path) -> Path:
    return r_project if request.param == "r" else python_project


def test_predictions_by_chance_are_no_exact_reference(ao: Ao, either: Path) -> None:
    (finding,) = RULE.inspect(load(by_chance(either)))
    assert finding.severity is Severity.ERROR
    assert finding.message.startswith(
        "The predictions are drawn by chance, and tests/reference.json expects the very same each time. Row 1 of"
    )
    assert finding.remedy is not None
    assert finding.remedy.endswith("run: ao check --accept-predictions")
    done = ao("check", "--only", "predictions", "--accept-predictions", folder=either)
    assert done.exit_code == 0, done.output
    assert "✔ Wrote tests/reference.json: the predictions of 2 rows, which are drawn by chance." in done.stderr
    assert json.loads((either / "tests" / "reference.json").read_text())["by_chance"] is True
    (finding,) = RULE.inspect(load(either))
    assert finding.severity is Severity.NOTE
    assert finding.message == (
        'tests/reference.json has "by_chance": true: only columns, types and number of the predictions are compared.'
    )


def test_predictions_by_chance_must_be_of_the_same_columns_types_and_number(python_project: Path) -> None:
    by_chance(python_project, predictions={"columns": {"prediction": ["a", "b"]}}, by_chance=True)
    told = [finding.message for finding in RULE.inspect(load(python_project)) if finding.severity is Severity.ERROR]
    assert told == ["Column `prediction` must hold texts, not numbers."]
    found = compare_kinds({"p": [1, 2], "q": [None, "Inf"], "r": [1]}, {"p": [3], "q": [1.5, 2], "s": [1]})
    assert [finding.message for finding in found] == [
        "Column `r` is missing in the predictions.",
        "Column `s` of the predictions is not among the expected ones.",
        "Column `p` must have 2 predictions, not 1.",
    ]


def test_predictions_that_chance_no_longer_draws_are_accepted_exactly(ao: Ao, python_project: Path) -> None:
    path = python_project / "tests" / "reference.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"by_chance": True}))
    (finding,) = RULE.inspect(load(python_project))
    assert finding.remedy == "Where they are the same each time by now, run: ao check --accept-predictions"
    assert ao("check", "--only", "predictions", "--accept-predictions", folder=python_project).exit_code == 0
    assert "by_chance" not in json.loads(path.read_text())
    assert list(RULE.inspect(load(python_project))) == []
