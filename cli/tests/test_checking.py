from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.checking import Choice, Status, check
from anops_control.events import Events

if TYPE_CHECKING:
    from pathlib import Path


OF_THE_MODEL = (
    "predictions", "isolation", "schema", "fit", "options", "determinism", "independence", "leftovers",
    "packages", "versions", "costs",
)  # fmt: skip


def statuses(folder: Path, **choice: frozenset[str]) -> dict[str, Status]:
    return {outcome.rule: outcome.status for outcome in check(folder, Choice(**choice), Events())}


def test_a_good_python_project_passes_every_rule(python_project: Path) -> None:
    assert statuses(python_project) == dict.fromkeys(
        ["configuration", "structure", "image-files", "published", "tasks", "lint", "tests", "features", *OF_THE_MODEL],
        Status.PASSED,
    )


def test_a_good_r_project_passes_every_rule(r_project: Path) -> None:
    assert statuses(r_project) == dict.fromkeys(
        [
            "configuration",
            "structure",
            "image-files",
            "published",
            "tasks",
            "r",
            "lint",
            "tests",
            "features",
            *OF_THE_MODEL,
        ],
        Status.PASSED,
    )


def test_what_needs_a_broken_rule_is_not_run_and_says_so(python_project: Path) -> None:
    (python_project / "model.json").unlink()
    outcomes = {each.rule: each for each in check(python_project, Choice(), Events())}
    assert outcomes["structure"].status is Status.FAILED
    assert outcomes["lint"].status is Status.PASSED
    for name in ("tests", "predictions"):
        assert outcomes[name].status is Status.NOT_RUN
        assert outcomes[name].findings[0].message == "Not run: fix `structure` first."


def test_without_a_configuration_no_other_rule_is_run(python_project: Path) -> None:
    (python_project / "ao.toml").write_text("[project]\nname = cars\n")
    found = statuses(python_project)
    assert found.pop("configuration") is Status.FAILED
    assert found == dict.fromkeys(
        ["structure", "image-files", "published", "tasks", "lint", "tests", "features", *OF_THE_MODEL], Status.NOT_RUN
    )


def test_only_what_was_chosen_is_looked_at(python_project: Path) -> None:
    assert list(statuses(python_project, only=frozenset({"structure"}))) == ["structure"]
    assert "predictions" not in statuses(python_project, skip=frozenset({"predictions", "tests"}))


def test_every_rule_says_what_it_does_meanwhile(python_project: Path) -> None:
    said: list[str] = []
    check(python_project, Choice(only=frozenset({"structure", "tasks"})), Events(lambda event: said.append(event.text)))
    assert said == ["Reading ao.toml", "Looking at the files", "Looking at the tasks"]


def test_a_python_that_is_not_there_is_a_finding(python_project: Path) -> None:
    text = (python_project / "ao.toml").read_text()
    (python_project / "ao.toml").write_text(text.replace("[project]", '[project]\npython = "nowhere"'))
    outcomes = {each.rule: each for each in check(python_project, Choice(), Events())}
    assert "is not there: nowhere" in outcomes["predictions"].findings[0].message


def test_a_model_that_can_not_be_loaded_is_one_error_not_one_for_each_rule(python_project: Path) -> None:
    (python_project / "model.json").write_bytes(b"this is no model")
    found = statuses(python_project)
    assert found["predictions"] is Status.FAILED
    # `features` looks at rows and settings alone
    assert {found[name] for name in OF_THE_MODEL[1:] if name != "features"} == {Status.NOT_RUN}


def test_a_rule_looked_at_alone_says_why_the_model_can_not_be_loaded(python_project: Path) -> None:
    (python_project / "model.json").write_bytes(b"this is no model")
    outcomes = check(python_project, Choice(only=frozenset({"schema"})), Events())
    outcome = next(outcome for outcome in outcomes if outcome.rule == "schema")
    assert outcome.status is Status.FAILED
    assert "JSONDecodeError" in outcome.findings[0].message
    assert outcome.findings[0].rule == "schema"


def test_a_rule_that_ao_toml_leaves_out_is_not_looked_at_and_says_why(python_project: Path) -> None:
    with (python_project / "ao.toml").open("a") as file:
        file.write('\n[check.skip]\nlint = "generated code"\n')
    outcomes = check(python_project, Choice(skip=frozenset(OF_THE_MODEL)), Events())
    lint = next(outcome for outcome in outcomes if outcome.rule == "lint")
    assert lint.status is Status.SKIPPED
    assert lint.findings[0].message == "Left out by ao.toml: generated code"
    (asked_for,) = check(python_project, Choice(only=frozenset({"lint"})), Events())
    assert asked_for.status is Status.PASSED


def test_a_rule_to_leave_out_that_is_none_is_a_fault_of_the_configuration(python_project: Path) -> None:
    with (python_project / "ao.toml").open("a") as file:
        file.write('\n[check.skip]\nlints = "generated code"\n')
    (found, *_) = check(python_project, Choice(only=frozenset({"configuration"})), Events())
    assert found.status is Status.WARNED
    assert "`lints`" in found.findings[0].message
