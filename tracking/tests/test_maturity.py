"""A project's level of maturity is what is found in it, and each missing point has a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.maturity.facts import Facts
from anops_control.maturity.levels import level_of, points_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asked


def environment(name: str, changes: int) -> dict[str, Any]:
    model = {"name": "demand", "number": 2}
    return {"environment": name, "state": "up", "model": model, "history": [{}] * changes}


def whole() -> Facts:
    return Facts(
        ci=["ci.yml"], tests=["tests/test_a.py"], images=["a.cdx.json"], steps="train.R", runs=["one"],
        versions=["demand/1", "demand/2"], compared=["demand/2"], from_runs=["demand/2"],
        environments=[environment("test", 1), environment("live", 2)], retrains=["nightly"], logged=True,
    )  # fmt: skip


def test_a_project_with_everything_is_at_the_highest_level() -> None:
    points = points_of(whole())
    assert level_of(points) == 4
    assert all(each.to_dict()["command"] is None for each in points)


@pytest.mark.parametrize(
    ("lacks", "level", "command"),
    [
        ({"tests": []}, 0, "ao check --accept-predictions"),
        ({"steps": None}, 1, "ao train"),
        ({"versions": []}, 1, "ao model register"),
        ({"environments": [environment("test", 2)]}, 2, "ao deploy apply test"),
        ({"compared": []}, 2, "ao model promote MODEL --data FILE"),
        ({"from_runs": ["demand/1"]}, 2, "ao model register --run RUN"),  # of one that does not run
        (
            {"retrains": []},
            3,
            'add [schedules.nightly] to ao.toml, with at = "30 2 * * *" and verb = "train"; then: ao schedule start',
        ),
        ({"logged": False}, 3, 'add log_predictions = "ids" to ao.toml, under [service]'),
        ({"environments": [environment("test", 1), environment("live", 1)]}, 3, "ao deploy apply test"),
    ],
)
def test_what_lacks_keeps_a_project_below_and_is_named_with_a_command(
    lacks: dict[str, Any], level: int, command: str
) -> None:
    facts = whole()
    for name, value in lacks.items():
        setattr(facts, name, value)
    points = points_of(facts)
    assert level_of(points) == level
    assert [each.command for each in points if each.evidence is None] == [command]


@pytest.mark.parametrize("language", ["r", "python"])
def test_a_project_shows_what_it_has(
    language: str, project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project(language)
    asked("model register", alias="champion")
    told = asked("maturity").to_dict()
    assert (told["level"], told["title"], told["notes"]) == (0, "No MLOps", [])
    found = {each["title"]: each for each in told["points"]}
    assert found["Versions of the model are registered"]["evidence"] == f"{asked.name}/1"
    assert found["The code has tests"]["evidence"]
    assert found["Images are built and tested by a program"]["command"] == "ao build"
    written = types(asked.folder, "ao maturity")[1]
    assert "Level 0: No MLOps" in written
    assert "A build server tests each change. Next: ao ci init --github" in written
    assert types(asked.folder, "ao ci init --github")[0] == 0
    told = asked("maturity").to_dict()
    assert {each["title"]: each for each in told["points"]}["A build server tests each change"]["evidence"]


def test_a_schedule_and_a_log_as_they_are_named_are_what_lacked(
    project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project("r")
    written = types(asked.folder, "ao maturity")[1]
    table = re.search(
        r"refitted at set times\. Next: add (\[\S+\]) to ao\.toml, with (at = .*) and (verb = \S+);", written
    )
    assert table is not None, written
    key = re.search(r"gave them\. Next: add (.*) to ao\.toml, under \[service\]", written)
    assert key is not None, written
    text = (asked.folder / "ao.toml").read_text()
    text = text.replace("[service]\n", f"[service]\n{key[1]}\n")
    (asked.folder / "ao.toml").write_text("\n".join([text, *table.groups(), ""]))
    found = {each["title"]: each["evidence"] for each in asked("maturity").to_dict()["points"]}
    assert found["The model is refitted at set times"] == "nightly"
    # what refits is not always called so: an alert may begin it
    toml = (asked.folder / "ao.toml").read_text().replace('verb = "train"', 'verb = "monitor alerts"')
    for section, is_refitted in (("", None), ('\n[monitoring]\nretrain = "on-alert"\n', "nightly")):
        (asked.folder / "ao.toml").write_text(toml + section)
        again = {each["title"]: each["evidence"] for each in asked("maturity").to_dict()["points"]}
        assert again["The model is refitted at set times"] == is_refitted
    assert found["Answers are kept with the version that gave them"] == "`log_predictions` under [service]"
