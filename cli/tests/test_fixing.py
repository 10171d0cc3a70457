from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

    Ao = Callable[..., Result]

ONE = ("--only", "independence")
CENTRED = "def load_model(path):\n    return 0\n\n\ndef predict_model(model, data, **options):\n    return {}\n"
SEPAL = 'data["petal width (cm)"] - data["petal width (cm)"].mean()'


def claim(project: Path, *, independent: bool) -> None:
    path = project / "ao.toml"
    text = path.read_text().replace("[model]\n", f"[model]\nrow_independent = {str(independent).lower()} # mine\n")
    path.write_text(text)


def test_check_alone_changes_nothing_and_says_how_to_fix(ao: Ao, python_project: Path) -> None:
    before = (python_project / "ao.toml").read_bytes()
    result = ao("check", *ONE, folder=python_project)
    assert result.exit_code == 0
    assert "None of 64 rows depends on the others" in result.stdout
    assert "→ Run: ao check --fix" in result.stdout
    assert (python_project / "ao.toml").read_bytes() == before


def test_fix_writes_what_the_test_showed_and_keeps_comments(ao: Ao, python_project: Path) -> None:
    claim(python_project, independent=False)
    result = ao("check", *ONE, "--fix", folder=python_project)
    assert "Wrote `model.row_independent = true` into ao.toml." in result.stdout
    assert "row_independent = true  # mine\n" in (python_project / "ao.toml").read_text()
    again = ao("check", *ONE, folder=python_project)
    assert again.stdout.splitlines()[0].endswith(
        "ao.toml is right about whether a row's prediction depends on the other rows."
    )


def test_a_false_claim_is_an_error_with_a_row_and_both_answers(ao: Ao, python_project: Path) -> None:
    (python_project / "model.py").write_text(CENTRED.format(SEPAL))
    claim(python_project, independent=True)
    result = ao("check", *ONE, "--json", folder=python_project)
    (finding,) = json.loads(result.stdout)["findings"]
    assert result.exit_code == 1
    assert (finding["severity"], finding["file"], finding["line"]) == ("error", "ao.toml", 6)
    assert "The row (sepal length (cm) = 5.1, petal width (cm) = 0.2) is answered -" in finding["message"]
    assert finding["fixable"]
    fixed = ao("check", *ONE, "--fix", folder=python_project)
    assert fixed.exit_code == 0
    assert "row_independent = false # mine\n" in (python_project / "ao.toml").read_text()


def refit(project: Path) -> None:
    (project / "model.json").write_text('{"intercept": 1.25, "slope": 3}')


def test_new_predictions_are_an_error_until_they_are_accepted(ao: Ao, python_project: Path) -> None:
    refit(python_project)
    failed = ao("check", "--only", "predictions", folder=python_project)
    assert failed.exit_code == 1
    assert "Row 1 of column `prediction` must be 1.75, not 1.85" in failed.stdout
    assert (
        "→ If the model was meant to change, accept its new predictions: ao check --accept-predictions" in failed.stdout
    )
    accepted = ao("check", "--only", "predictions", "--accept-predictions", folder=python_project)
    assert accepted.exit_code == 0
    assert accepted.stderr.startswith(
        "✔ Wrote tests/reference.json: 2 of its 2 rows are predicted differently; most of all row 2, "
        "which was 4.75 and is 5.4"
    )
    assert ao("check", "--only", "predictions", folder=python_project).exit_code == 0


def test_accepting_keeps_rows_and_options(ao: Ao, python_project: Path) -> None:
    path = python_project / "tests" / "reference.json"
    with (python_project / "ao.toml").open("a") as file:
        file.write('\n[model.options]\nround = "boolean"\n')
    before = json.loads(path.read_text())
    path.write_text(json.dumps({**before, "options": {"round": True}}))
    refit(python_project)
    ao("check", "--only", "predictions", "--accept-predictions", folder=python_project)
    after = json.loads(path.read_text())
    assert after["rows"] == before["rows"]
    assert after["options"] == {"round": True}
    assert after["predictions"]["columns"]["prediction"] == pytest.approx([1.85, 5.45])


def test_fix_does_not_accept_predictions(ao: Ao, python_project: Path) -> None:
    refit(python_project)
    assert ao("check", "--only", "predictions", "--fix", folder=python_project).exit_code == 1


def test_without_rows_they_are_taken_from_the_model(ao: Ao, r_project: Path) -> None:
    (r_project / "tests" / "reference.json").unlink()
    result = ao("check", "--only", "predictions", "--accept-predictions", folder=r_project)
    assert result.exit_code == 0
    assert "Its rows are new, from the model itself (the project had none)." in result.stderr
    written = json.loads((r_project / "tests" / "reference.json").read_text())
    assert len(written["rows"]["columns"]["wt"]) == len(written["predictions"]["columns"]["prediction"]) > 2


def test_a_model_that_has_no_rows_to_give_says_so(ao: Ao, python_project: Path) -> None:
    (python_project / "tests" / "reference.json").unlink()
    result = ao("check", "--accept-predictions", folder=python_project)
    assert result.exit_code == 1
    assert result.stderr.startswith("✖ There are no rows to keep predictions of: the project had none")
    assert not (python_project / "tests" / "reference.json").exists()


def test_the_list_of_rules_needs_no_project(ao: Ao, tmp_path: Path) -> None:
    result = ao("check", "--list", folder=tmp_path)
    assert result.exit_code == 0
    assert "leftovers      The model holds nothing by mistake." in result.stdout.splitlines()
    listed = json.loads(ao("check", "--list", "--json", folder=tmp_path).stdout)
    assert {"rule": "leftovers", "makes_sure": "The model holds nothing by mistake."} in listed


def test_ranges_of_training_are_written_beside_what_is_there(ao: Ao, r_project: Path) -> None:
    result = ao("check", "--only", "schema", "--fix", folder=r_project)
    assert result.exit_code == 0
    assert 'wt = { type = "number", seen = [1.513, 5.424] }' in (r_project / "ao.toml").read_text()
    assert "note" not in ao("check", "--only", "schema", folder=r_project).stdout
