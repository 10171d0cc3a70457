"""Rules that load the model, each on a project that breaks it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from anops_control.configuration import load
from anops_control.findings import Severity
from anops_control.rules import costs, determinism, independence, leftovers, schema, versions

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.findings import Finding
    from anops_control.rules.rule import Rule


def look(rule: Rule, project: Path) -> list[Finding]:
    return list(rule.inspect(load(project)))


def r_code(project: Path, body: str) -> None:
    (project / "model.R").write_text(f"predict_model <- function(model, newdata, ...) {{\n  {body}\n}}\n")


@pytest.mark.parametrize(
    "body",
    [
        "as.vector(scale(newdata$wt))",
        "rank(newdata$wt)",
        "cumsum(newdata$wt)",
        "ave(newdata$wt, round(newdata$wt))",
        "as.numeric(newdata$wt > quantile(newdata$wt, 0.5))",
        "unname(kmeans(newdata$wt, min(2, nrow(unique(newdata)) - 1))$cluster)",
        "poly(newdata$wt, 2)[, 2]",
    ],
)
def test_r_models_that_look_at_the_whole_batch_are_found(r_project: Path, body: str) -> None:
    r_code(r_project, body)
    text = (r_project / "ao.toml").read_text().replace("[model]\n", "[model]\nrow_independent = true\n")
    (r_project / "ao.toml").write_text(text)
    (finding,) = look(independence.RULE, r_project)
    assert finding.severity is Severity.ERROR
    assert "The row (wt = " in finding.message


def test_random_predictions_are_found_with_the_way_to_seed_them(r_project: Path) -> None:
    r_code(r_project, "newdata$wt + rnorm(nrow(newdata))")
    (finding,) = look(determinism.RULE, r_project)
    assert finding.severity is Severity.WARNING
    assert "when asked once more" in finding.message
    assert finding.remedy is not None
    assert "set.seed(1)" in finding.remedy


def test_predictions_that_differ_between_processes_are_found(python_project: Path) -> None:
    (python_project / "model.py").write_text(
        "import os\n\n\ndef load_model(path):\n    return os.getpid()\n\n\n"
        "def predict_model(model, data, **options):\n    return data['petal width (cm)'] * model\n"
    )
    (finding,) = look(determinism.RULE, python_project)
    assert finding.severity is Severity.WARNING
    assert finding.message.startswith("Two processes give different predictions for the reference rows. Row 1 of")


def test_an_environment_in_an_r_model_is_found_and_what_empties_it_works(r_project: Path) -> None:
    code = (
        "f <- function() { big <- data.frame(name = paste('patient', 1:500)); lm(mpg ~ wt, mtcars) }; "
        'saveRDS(f(), "model.rds")'
    )
    subprocess.run(["Rscript", "-e", code], cwd=r_project, check=True)
    found = look(leftovers.RULE, r_project)
    warning = next(finding for finding in found if finding.severity is Severity.WARNING)
    assert "`big` (a data frame with 500 rows and 1 column" in warning.message
    assert warning.remedy is not None
    strip = warning.remedy.partition(" before")[0]
    subprocess.run(
        ["Rscript", "-e", f'model <- readRDS("model.rds"); {strip}; saveRDS(model, "model.rds")'],
        cwd=r_project,
        check=True,
    )
    assert all(finding.severity is Severity.NOTE for finding in look(leftovers.RULE, r_project))


def test_a_column_that_the_fitted_model_needs_is_missed(r_project: Path) -> None:
    text = (r_project / "ao.toml").read_text().replace('wt = "number"', 'hp = "number"')
    (r_project / "ao.toml").write_text(text)
    (r_project / "tests" / "reference.json").unlink()
    found = {finding.severity: finding.message for finding in look(schema.RULE, r_project)}
    assert found[Severity.ERROR] == "The model needs a column `wt`, which [model.inputs] lacks."
    assert found[Severity.WARNING] == "Column `hp` is asked of callers, and the model does not use it."


def test_memory_and_time_are_told(r_project: Path) -> None:
    memory, time = look(costs.RULE, r_project)
    assert memory.message.startswith("About ")
    assert "of memory for a worker" in memory.message
    assert "for one row, and " in time.message


def test_another_version_in_the_image_is_a_note(python_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (python_project / "Dockerfile").write_text("ARG BASE=anops/model-service-python:0.1\nFROM ${BASE}\n")
    monkeypatch.setitem(versions.IMAGE_VERSIONS, "python", "2.7")
    (finding,) = look(versions.RULE, python_project)
    assert finding.severity is Severity.NOTE
    assert finding.message.endswith("here, and 2.7 in the image.")


def test_an_image_of_ones_own_is_not_compared(python_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (python_project / "Dockerfile").write_text("FROM debian:trixie-slim\n")
    monkeypatch.setitem(versions.IMAGE_VERSIONS, "python", "2.7")
    assert look(versions.RULE, python_project) == []


def test_a_unit_of_pandas_in_an_r_project_is_an_error(r_project: Path) -> None:
    text = (r_project / "ao.toml").read_text()
    assert "\n[model.inputs]\n" in text
    column = 'at = { type = "datetime", resolution = "s" }'
    (r_project / "ao.toml").write_text(text.replace("\n[model.inputs]\n", f"\n[model.inputs]\n{column}\n"))
    (finding,) = (each for each in look(schema.RULE, r_project) if "resolution" in each.message)
    assert finding.severity is Severity.ERROR
    assert finding.remedy == "Delete `resolution` of `at` in ao.toml."
