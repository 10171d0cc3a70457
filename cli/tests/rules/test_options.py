"""Options of ao.toml that fail or change nothing are told, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.configuration import load
from anops_control.findings import Severity
from anops_control.rules import options, predictions
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.findings import Finding

INTERVAL = 'interval = { type = "category", levels = ["none", "confidence"], default = "none" }\n'
LEVEL = 'level = { type = "number", min = 0.5, max = 0.999, default = 0.95 }\n'
FACTOR = 'factor = { type = "number", default = 1 }\n'


def offering(project: Path, text: str) -> None:
    path = project / "ao.toml"
    path.write_text(path.read_text(encoding="utf-8") + f"[model.options]\n{text}", encoding="utf-8")


def r_code(project: Path, arguments: str, body: str) -> None:
    (project / "model.R").write_text(f"predict_model <- function({arguments}) {{\n  {body}\n}}\n", encoding="utf-8")


def python_code(project: Path, arguments: str, body: str) -> None:
    code = f"def load_model(path):\n    return path\n\n\ndef predict_model({arguments}):\n    {body}\n"
    (project / "model.py").write_text(code, encoding="utf-8")


def found(project: Path) -> list[Finding]:
    return list(options.RULE.inspect(load(project)))


def test_options_that_r_code_takes_and_does_not_pass_on_change_nothing(r_project: Path) -> None:
    offering(r_project, INTERVAL + LEVEL)
    r_code(r_project, "model, newdata, ...", "pmax(predict(model, newdata), 0)")
    (finding,) = found(r_project)
    assert finding.severity is Severity.WARNING
    assert finding.message == "Options `interval`, `level` change no prediction, whatever is asked."
    assert finding.remedy is not None
    assert "predict(model, newdata, ...)" in finding.remedy


def test_the_remedy_as_printed_fixes_r_code(r_project: Path) -> None:
    offering(r_project, INTERVAL + LEVEL)
    r_code(r_project, "model, newdata, ...", "predict(model, newdata, ...)")
    assert found(r_project) == []


def test_a_level_alone_may_change_nothing(r_project: Path) -> None:
    offering(r_project, LEVEL + INTERVAL)
    assert found(r_project) == []


def test_options_that_python_code_ignores_change_nothing(python_project: Path) -> None:
    offering(python_project, FACTOR)
    python_code(python_project, "model, data, **options", "return data['petal width (cm)']")
    (finding,) = found(python_project)
    assert finding.message == "Option `factor` changes no prediction, whatever is asked."
    assert finding.remedy is not None
    assert 'options["factor"]' in finding.remedy


def test_an_option_that_is_used_is_no_finding(python_project: Path) -> None:
    offering(python_project, FACTOR)
    python_code(python_project, "model, data, factor", "return data['petal width (cm)'] * factor")
    assert found(python_project) == []


@pytest.mark.parametrize(
    ("body", "severity", "says"),
    [
        ("return data['petal width (cm)'] / (1 if kind == 'a' else 0 if kind == 'b' else 2)", "warning", 'with "b"'),
        ("return data['petal width (cm)'] * {'a': 1}[kind]", "error", "with every value that was tried"),
    ],
)
def test_values_that_fail_are_told(python_project: Path, body: str, severity: str, says: str) -> None:
    offering(python_project, 'kind = { type = "category", levels = ["a", "b", "c"], default = "a" }\n')
    body = body.replace("/ (", "* (lambda x: 1 / x)(")
    python_code(python_project, "model, data, kind", body)
    (finding,) = found(python_project)
    assert finding.severity == severity
    assert says in finding.message


def test_python_code_that_takes_no_options_is_told_what_to_write(python_project: Path) -> None:
    offering(python_project, FACTOR)
    python_code(python_project, "model, data", "return data['petal width (cm)']")
    with pytest.raises(AnOpsError, match=r"The options can't be tried\. .* does not take `factor`"):
        found(python_project)
    (finding,) = predictions.RULE.inspect(load(python_project))
    assert finding.severity is Severity.ERROR
    assert "predict_model() does not take `factor`" in finding.message
    assert finding.remedy is not None
    assert finding.remedy.startswith("Write `def predict_model(model, data, **options):`")
    python_code(python_project, "model, data, **options", "return 1.25 + 2.5 * data['petal width (cm)']")
    assert list(predictions.RULE.inspect(load(python_project))) == []


def test_r_code_that_takes_no_options_is_told_what_to_write(r_project: Path) -> None:
    offering(r_project, LEVEL)
    r_code(r_project, "model, newdata", "predict(model, newdata)")
    (finding,) = predictions.RULE.inspect(load(r_project))
    assert finding.severity is Severity.ERROR
    assert "predict_model() does not take `level`" in finding.message
    assert finding.remedy is not None
    assert finding.remedy.startswith("Write `predict_model <- function(model, newdata, ...)`")
    r_code(r_project, "model, newdata, ...", "predict(model, newdata, ...)")
    assert list(predictions.RULE.inspect(load(r_project))) == []


@pytest.mark.parametrize("language", ["python", "r"])
def test_a_project_of_which_no_row_can_be_predicted_is_no_good(
    python_project: Path, r_project: Path, language: str
) -> None:
    project = r_project if language == "r" else python_project
    (project / "tests" / "reference.json").unlink()
    assert [finding.severity for finding in predictions.RULE.inspect(load(project))] == [Severity.WARNING]
    if language == "r":
        r_code(project, "model, newdata, ...", "stop('no such gear')")
    else:
        python_code(project, "model, data, **options", "raise ValueError('no such gear')")
    (finding,) = predictions.RULE.inspect(load(project))
    assert finding.severity is Severity.ERROR
    assert "predicts none of the rows made from ao.toml" in finding.message
    assert finding.remedy == "Give rows that it predicts: ao check --data FILE.csv --accept-predictions"
