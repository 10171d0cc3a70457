"""A version comes into an environment through its gates, and once a named person has approved it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Asked

ENVIRONMENTS = """
[tasks.smoke]
run = "ao predict tests/example.csv --url $ANOPS_URL --output {smoke}"

[deployment.dev]
provider = "local"
model = "{name}@champion"
port = 0
workers = 1

[deployment.live]
provider = "local"
model = "{name}@live"
port = 0
workers = 1
tests = ["smoke"]
load_callers = 2
load_seconds = 0.5
max_p99_ms = 0.001
approvers = ["ana"]
"""


@pytest.fixture
def promoting(project: Callable[[str], Asked]) -> Iterator[Callable[[str], Asked]]:
    """Projects whose environments are taken down in the end."""
    projects: list[Asked] = []

    def made(language: str) -> Asked:
        asked = project(language)
        projects.append(asked)
        with (asked.folder / "ao.toml").open("a") as file:
            file.write(ENVIRONMENTS.format(name=asked.name, smoke="smoked.csv"))
        asked("model register", alias="champion")
        return asked

    yield made
    for each in projects:
        for name in ("dev", "live"):
            if (each.folder / ".anops/deployments" / name).is_dir():
                each("deploy down", environment=name)


def evidence(asked: Asked) -> list[dict[str, Any]]:
    files = sorted((asked.folder / ".anops/promotions/live").glob("*.json"))
    return sorted((json.loads(file.read_text()) for file in files), key=lambda each: str(each["begun"]))


@pytest.mark.parametrize("language", ["r", pytest.param("python", marks=pytest.mark.long)])
def test_a_version_comes_in_through_its_gates_once_it_is_approved(
    language: str, promoting: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = promoting(language)
    folder = asked.folder
    assert "Bring it up: ao deploy apply dev" in types(folder, "ao deploy promote dev --to live --no-checks")[1]
    status, told = types(folder, "ao deploy apply dev")
    assert status == 0, told
    status, told = types(folder, "ao deploy promote dev --to live --no-checks")
    assert status != 0
    assert "load: 99 % were answered within" in " ".join(told.split()), told
    (refused,) = evidence(asked)
    assert (refused["state"], {each["gate"]: each["passed"] for each in refused["gates"]}) == (
        "refused", {"reference": True, "task smoke": True, "load": False},
    )  # fmt: skip
    assert (folder / "smoked.csv").is_file()
    toml = (folder / "ao.toml").read_text()
    (folder / "ao.toml").write_text(toml.replace("max_p99_ms = 0.001", "max_p99_ms = 60000"))
    assert "See what runs: ao deploy status live" in types(folder, "ao deploy approve live")[1]
    status, told = types(folder, "ao deploy promote dev --to live --no-checks")
    assert (status, "waits for ana" in told) == (0, True), told
    assert "ao deploy approve live" in told
    assert "waits for approval: version 1 of dev" in types(folder, "ao deploy status live")[1]
    (now,) = asked("deploy status", environment="live").to_dict()["environments"]
    load = "load of 2 callers for 0.5 s, 99 % within 60000 ms, at most 0.00% failed"
    assert (now["gates"], now["approvers"]) == (["reference rows", "task smoke", load, "statistics"], ["ana"])
    assert sorted(each["state"] for each in now["promotions"]) == ["refused", "waiting"]
    assert [each["from"] for each in now["waiting"]] == ["dev"]
    assert all({"gate", "passed", "says"} == each.keys() for one in now["promotions"] for each in one["gates"])
    (folder / "stranger.key").write_text("ao_stranger")
    missing = types(folder, "ao deploy approve live --key-file stranger.key")[1]
    assert "Make the keys: ao key add ana --scope approve --file approvers.toml" in missing
    keys = {}
    for name in ("ana", "eve"):
        status, told = types(folder, f"ao key add {name} --scope approve --file approvers.toml")
        assert status == 0, told
        keys[name] = next(word for word in told.split() if word.startswith("ao_"))
        (folder / f"{name}.key").write_text(keys[name])
    for key, said in (("stranger", "not in approvers.toml"), ("eve", "`eve` can't approve what comes into `live`")):
        status, told = types(folder, f"ao deploy approve live --key-file {key}.key")
        assert (status != 0, said in told) == (True, True), told
    status, told = types(folder, "ao deploy approve live --key-file ana.key --comment 'seen'")
    assert (status, "approved by `ana`" in told) == (0, True), told
    last = evidence(asked)[-1]
    assert (last["state"], last["decision"]["by"], last["decision"]["comment"]) == ("approved", "ana", "seen")
    assert keys["ana"] not in json.dumps(evidence(asked))
    file = folder / f".anops/promotions/live/{last['id']}.json"
    file.write_text('{"id": 1}')
    status, told = types(folder, "ao deploy status live")
    assert (status != 0, "it lacks `alias`, `before`" in " ".join(told.split())) == (True, True), told
    file.write_text(json.dumps(last))
    (now,) = asked("deploy status", environment="live").to_dict()["environments"]
    assert (now["state"], now["waiting"], now["history"][-1]["how"]) == (
        "up", [], "promote from dev, approved by ana",
    )  # fmt: skip


@pytest.mark.long  # two versions come into an environment
def test_what_waits_and_has_changed_is_not_let_in(
    promoting: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = promoting("python")
    folder = asked.folder
    (folder / "ao.toml").write_text((folder / "ao.toml").read_text().replace("max_p99_ms = 0.001\n", ""))
    key = types(folder, "ao key add ana --scope approve --file approvers.toml")[1]
    (folder / "ana.key").write_text(next(word for word in key.split() if word.startswith("ao_")))
    types(folder, "ao deploy apply dev")
    assert types(folder, "ao deploy promote dev --to live --no-checks")[0] == 0
    asked.version("0.2.0")
    asked("model register", alias="champion")
    types(folder, "ao deploy apply dev")
    status, told = types(folder, "ao deploy approve live --key-file ana.key")
    assert (status != 0, "runs version 2 by now" in told) == (True, True), told
    assert types(folder, "ao deploy promote dev --to live --no-checks")[0] == 0
    asked("model promote", address=f"{asked.name}/1", alias="live", checks=False)
    status, told = types(folder, "ao deploy approve live --key-file ana.key")
    assert (status != 0, "has moved since the gates were passed" in told) == (True, True), told
    assert [each["state"] for each in evidence(asked)] == ["overtaken", "waiting"]
    status, told = types(folder, "ao deploy approve live --key-file ana.key --reject")
    assert (status, "`ana` has rejected it" in told) == (0, True), told
    assert evidence(asked)[-1]["state"] == "rejected"
    (now,) = asked("deploy status", environment="live").to_dict()["environments"]
    assert now["state"] == "down"
