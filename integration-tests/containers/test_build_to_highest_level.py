"""Our own examples reach the highest level of `ao maturity`, from data to a refit by itself and a rollout."""

from __future__ import annotations

import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
from anops_control.events import Events
from anops_control.surroundings import Surroundings, surrounded
from anops_control.verbs.registry import verb
from building import ao
from fire import tell
from sklearn.datasets import load_iris

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.long
ROWS = 300
World = tuple[list[dict[str, Any]], list[Any]]
"""Rows, and what came to be known of each."""
TARGETS = {"r": "mpg", "python": "species"}
ALERTS = {"r": 'metric = "rmse"\nabove = 3.5', "python": 'metric = "accuracy"\nbelow = 0.8'}
OPERATION = """
[tracking]
target = "{target}"
data = ".anops/retraining/holdout.csv"

[monitoring]
retrain = "on-alert"
promote = "if-better"
rows = "recent.csv"

[alerts.worse]
watch = "performance"
{alert}

[schedules.watch]
at = "30 2 * * *"
verb = "monitor alerts"

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
load_callers = 2
load_seconds = 1.0
max_p99_ms = 5000.0
"""


class Project:
    """A copy of an example, whose verbs are asked."""

    def __init__(self, example: Path, folder: Path, language: str) -> None:
        shutil.copytree(example, folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        self.folder, self.name, self.target = folder, folder.name, TARGETS[language]
        toml = (folder / "ao.toml").read_text(encoding="utf-8")
        toml = toml.replace("[service]\n", '[service]\nlog_predictions = "values"\n')
        told = OPERATION.format(name=self.name, target=self.target, alert=ALERTS[language])
        (folder / "ao.toml").write_text(toml + told, encoding="utf-8")

    def ao(self, verb_: str, /, **told: Any) -> dict[str, Any]:
        known = verb(verb_)
        return dict(known.run(known.read({"folder": str(self.folder), **told}), Events()).to_dict())

    def environment(self, name: str) -> dict[str, Any]:
        (told,) = self.ao("deploy status", environment=name)["environments"]
        return dict(told)


@pytest.fixture
def project(example: Path, language: str, tmp_path: Path) -> Iterator[Project]:
    with surrounded(Surroundings.of(os.environ)):
        made = Project(example, tmp_path / example.name, language)
        yield made
        for name in ("dev", "live"):
            if (made.folder / ".anops/deployments" / name).is_dir():
                made.ao("deploy down", environment=name)


def changed_cars() -> World:
    """Return cars of a colder world, which need more: their rows, and what came to be known of each."""
    chance = np.random.default_rng(3)
    rows = [{"wt": float(chance.uniform(1.6, 5.3)), "hp": int(chance.integers(55, 330)),
             "cyl": int(chance.choice([4, 6, 8]))} for _ in range(ROWS)]  # fmt: skip
    cylinders = {4: 0.0, 6: -3.4, 8: -3.2}
    noise = chance.normal(size=ROWS).tolist()
    mpg = [29.0 - 3.2 * each["wt"] - 0.023 * each["hp"] + cylinders[each["cyl"]] + error
           for each, error in zip(rows, noise, strict=True)]  # fmt: skip
    return rows, mpg


def changed_flowers() -> World:
    """Return flowers of another summer, which are larger."""
    chance, iris = np.random.default_rng(3), load_iris(as_frame=True)
    chosen = chance.integers(0, len(iris.data), ROWS)
    sizes = (iris.data.iloc[chosen] * 1.4).round(2).to_dict("records")
    return sizes, [str(each) for each in iris.target_names[iris.target.iloc[chosen]]]


CHANGED: dict[str, Callable[[], World]] = {"r": changed_cars, "python": changed_flowers}


@contextmanager
def asked_all_the_time(url: str, row: dict[str, Any], answers: list[int]) -> Iterator[None]:
    """Ask on a connection for each request; one that fails counts as 0."""
    end = threading.Event()

    def ask() -> None:
        with httpx.Client(trust_env=False, timeout=60, headers={"Connection": "close"}) as client:
            while not end.is_set():
                try:
                    answers.append(client.post(f"{url}/predict", json={"data": [row]}).status_code)
                except httpx.HTTPError:
                    answers.append(0)
                time.sleep(0.02)

    with ThreadPoolExecutor(2) as pool:
        asks = [pool.submit(ask) for _ in range(2)]
        try:
            yield
        finally:
            end.set()
        for each in asks:
            each.result()


@pytest.mark.usefixtures("engine")
def test_an_example_goes_all_the_way(project: Project, language: str) -> None:
    assert project.ao("maturity")["level"] == 0
    project.ao("train")
    built = ao("build", folder=project.folder)
    assert built.code == 0, built.stderr
    project.ao("ci init", host="github")
    project.ao("model register", alias="champion")
    project.ao("deploy apply", environment="dev")
    assert project.ao("deploy promote", environment="dev", to="live")["ir"]["model"]["number"] == 1
    lacks = {each["title"] for each in project.ao("maturity")["points"] if each["evidence"] is None}
    assert lacks == {
        "A version was promoted by a comparison with the one before",
        "A version has taken over from another with no request lost",
    }

    live = project.environment("live")["url"]
    rows, outcomes = CHANGED[language]()
    with httpx.Client(base_url=live, trust_env=False, timeout=60) as client:
        asked = client.post("/predict", json={"data": rows}).json()["request_id"]
        known = [{"request_id": asked, "row": row + 1, "outcome": each} for row, each in enumerate(outcomes)]
        assert client.post("/outcomes", json={"outcomes": known}).json()["new"] == ROWS
    found = project.ao("schedule run", name="watch")["result"]
    assert found["retrained"]["promoted"], found["retrained"]["says"]
    assert found["retrained"]["version"] == 2

    answers: list[int] = []
    with asked_all_the_time(live, rows[0], answers):
        project.ao("deploy apply", environment="dev")
        promoted = project.ao("deploy promote", environment="dev", to="live")["promotion"]
        now = project.environment("live")
        assert (now["state"], now["url"], now["model"]["number"]) == ("up", live, 2)
        project.ao("deploy rollback", environment="live")
        project.ao("deploy apply", environment="live")
    tell(f"{len(answers)} requests while a version took over, went back and took over again; {set(answers)}")
    assert (set(answers), len(answers) > 100) == ({200}, True)
    assert all(each["passed"] for each in promoted["gates"])
    assert "improvement" in promoted["statistics"]["comparison"]["says"]
    reached = project.ao("maturity")
    assert (reached["level"], [each for each in reached["points"] if each["evidence"] is None]) == (4, [])
