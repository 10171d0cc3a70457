"""A challenger answers beside the champion, is compared while both do, and takes over or goes by itself."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from anops_control.errors import CommandError
from anops_model_interface.outcome_log import Outcome, OutcomeStore
from anops_model_interface.prediction_log import SHADOW, Prediction, PredictionStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Asked

LIVE = """
[deployment.live]
provider = "local"
model = "{name}@champion"
challenger = "{name}@challenger"
port = 0
workers = 1
{how}
least_outcomes = 30
"""
WRONG = {"r": ("model.R", "predict(model, newdata = newdata, ...)", "predict(model, newdata = newdata, ...) + 50"),
         "python": ("model.py", "return model.predict(data, **options)", 'return ["setosa"] * len(data)')}  # fmt: skip


@pytest.fixture
def lives(project: Callable[[str], Asked]) -> Iterator[Callable[..., Asked]]:
    """Projects whose environment is taken down in the end."""
    projects: list[Asked] = []

    def made(language: str, how: str) -> Asked:
        asked = project(language)
        projects.append(asked)
        toml = (asked.folder / "ao.toml").read_text().replace("[service]", '[service]\nlog_predictions = "values"')
        (asked.folder / "ao.toml").write_text(toml + LIVE.format(name=asked.name, how=how))
        asked("model register", alias="champion")
        return asked

    yield made
    for each in projects:
        if (each.folder / ".anops/deployments/live").is_dir():
            each("deploy down", environment="live")


def state_of(asked: Asked) -> dict[str, Any]:
    (told,) = asked("deploy status", environment="live").to_dict()["environments"]
    return dict(told)


def rows_of(asked: Asked) -> list[dict[str, Any]]:
    columns = json.loads((asked.folder / "tests/reference.json").read_text())["rows"]["columns"]
    return [dict(zip(columns, each, strict=True)) for each in zip(*columns.values(), strict=True)]


def kept_of(asked: Asked, role: str, count: int) -> list[Prediction]:
    end = time.monotonic() + 90
    while True:
        store = PredictionStore(asked.folder / ".anops/predictions.db", only_read=True)
        found = list(store.between(0, time.time() + 60, role=role))
        store.close()
        if len(found) >= count or time.monotonic() > end:
            return found
        time.sleep(0.1)


@pytest.mark.parametrize("language", ["r", pytest.param("python", marks=pytest.mark.long)])
def test_a_worse_shadow_is_found_out_and_goes_while_nobody_notices(
    language: str, lives: Callable[..., Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = lives(language, "shadow = true")
    asked("deploy apply", environment="live")
    assert state_of(asked)["challenger"] is None
    with pytest.raises(CommandError, match="There is no challenger in `live`"):
        asked("deploy compare", environment="live")
    asked.version("0.2.0")
    file, right, wrong = WRONG[language]
    code = (asked.folder / file).read_text()
    assert right in code
    (asked.folder / file).write_text(code.replace(right, wrong))
    asked("model register", alias="challenger")
    plan = asked("deploy apply", environment="live").to_dict()
    assert [each["key"] for each in plan["changes"]] == ["challenger"]
    url, rows = plan["connection"]["url"], rows_of(asked)
    with httpx.Client(trust_env=False, timeout=60) as client:
        answers = [client.post(f"{url}/predict", json={"data": rows}) for _ in range(8)]
    assert {each.headers["anops-model-version"] for each in answers} == {"0.1.0"}
    answered, beside = kept_of(asked, "", 8), kept_of(asked, SHADOW, 8)
    assert {each.version for each in beside} == {"0.2.0"}
    assert {each.request_id for each in beside} == {each.headers["x-request-id"] for each in answers}
    status, told = types(asked.folder, "ao deploy compare live")
    assert (status, "No outcome of both is known yet" in told) == (0, True), told
    outcomes = [
        Outcome(outcome=next(iter(values.values())), time=each.time, request_id=each.request_id, row=row)
        for each in answered
        for row, values in enumerate(json.loads(each.outputs or "[]"))
    ]  # what came true is what the champion said
    store = OutcomeStore(asked.folder / ".anops/predictions.db")
    store.add(outcomes, received=time.time())
    store.close()
    found = asked("deploy compare", environment="live").to_dict()
    assert (found["decision"], found["observations"]) == ("stop", len(outcomes)), found
    assert found["high"] < 0
    assert found["champion"]["value"] == (1 if language == "python" else 0)
    status, told = types(asked.folder, "ao deploy compare live --apply")
    assert (status, "The challenger was taken out in `live`." in told) == (0, True), told
    now = state_of(asked)
    assert (now["challenger"], now["model"]["version"], now["state"]) == (None, "0.1.0", "up")
    assert now["history"][-1]["how"].startswith("the challenger was taken out: ")


def test_a_better_challenger_takes_over_its_share_of_requests_and_then_all(
    lives: Callable[..., Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = lives("python", "challenger_share = 0.5")
    asked.version("0.2.0")
    (asked.folder / "model.py").write_text((asked.folder / "model.py").read_text() + "\n# another fit\n")
    asked("model register", alias="challenger")
    url = asked("deploy apply", environment="live").to_dict()["connection"]["url"]
    form = asked.folder / ".anops/deployments/live/form.json"
    as_it_was = form.read_text()
    form.write_text(as_it_was.replace('"share": 0.5', '"share": 0.9'))
    assert state_of(asked)["drift"] == ["`challenger.share` is 0.9, and was brought up as 0.5."]
    form.write_text(as_it_was)
    rows = rows_of(asked)[:1]
    with httpx.Client(trust_env=False, timeout=60) as client:
        answers = [
            client.post(f"{url}/predict", json={"data": rows}, headers={"AnOps-Unit": f"customer {number}"})
            for number in range(160)
        ]
    by = [each.headers["anops-model-version"] for each in answers]
    assert 40 < by.count("0.2.0") < 120
    kept_of(asked, "", 160)
    store = OutcomeStore(asked.folder / ".anops/predictions.db")
    for each, version in zip(answers, by, strict=True):  # whatever the champion says is wrong
        said = each.json()["predictions"][0]["prediction"]
        told = Outcome(outcome=said if version == "0.2.0" else "none of them", time=time.time(),
                       request_id=each.headers["x-request-id"])  # fmt: skip
        store.add([told], received=time.time())
    store.close()
    found = asked("deploy compare", environment="live").to_dict()
    assert (found["decision"], found["metric"]) == ("promote", "accuracy"), found
    assert found["low"] > 0
    status, told = types(asked.folder, "ao deploy compare live --apply --every 1")
    assert (status, "The challenger has taken over in `live`." in told) == (0, True), told
    now = state_of(asked)
    assert (now["challenger"], now["model"]["version"], now["state"]) == (None, "0.2.0", "up")
    assert "accuracy" in json.dumps(asked("model show", address=f"{asked.name}@champion").to_dict()["promotion"])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('model = "iris-species/1"\nchallenger = "iris-species@b"', "must name aliases"),
        ('model = "iris-species@a"\nchallenger = "other@b"', "of the same registered model"),
        ('model = "iris-species@a"\nchallenger = "iris-species@a"', "another alias"),
        ('model = "iris-species@a"\nchallenger = "iris-species@b"\nchallenger_share = 1.0', "challenger_share"),
    ],
)
def test_a_challenger_that_can_not_be_is_refused(
    written: str, said: str, project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project("python")
    with (asked.folder / "ao.toml").open("a") as file:
        file.write(f'\n[deployment.live]\nprovider = "local"\n{written}\n')
    status, told = types(asked.folder, "ao deploy plan live")
    assert status != 0
    assert said in " ".join(told.split()), told


def test_a_challenger_that_nobody_could_tell_apart_is_refused(
    project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project("python")
    with (asked.folder / "ao.toml").open("a") as file:
        file.write(LIVE.format(name=asked.name, how=""))
    asked("model register", alias="champion")
    (asked.folder / "model.py").write_text((asked.folder / "model.py").read_text() + "\n# changed\n")
    asked("model register", alias="challenger")
    status, told = types(asked.folder, "ao deploy plan live")
    assert (status != 0, "are both called 0.1.0" in told) == (True, True), told
    toml = (asked.folder / "ao.toml").read_text()
    (asked.folder / "ao.toml").write_text(
        toml.replace('"petal width (cm)" = "number"', '"petal width (cm)" = "integer"')
    )
    asked.version("0.2.0")
    asked("model register", alias="challenger")
    status, told = types(asked.folder, "ao deploy plan live")
    assert status != 0
    assert "takes `petal width (cm)` as number, the challenger as integer" in " ".join(told.split()), told
