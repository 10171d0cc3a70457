"""A version is promoted when it passes its gates; the comparison is held to published values and to R."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_control.errors import CommandError
from anops_control.promoting import promotion
from anops_control.promoting.comparing import compared
from anops_control.promoting.delong import delong
from anops_control.promoting.enough_rows import require_enough
from anops_control.promoting.metrics import METRICS
from anops_control.promoting.outcome_rows import read_outcomes
from anops_control.promoting.paired import improvement
from anops_control.tracking.aliases import one_at_a_time
from anops_control.tracking.opening import keeper_of, place_of
from anops_model_interface.codes import Code
from anops_project.project import Project
from sklearn import metrics
from sklearn.datasets import load_iris

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asked

# aSAH of R's pROC: outcome "Poor", s100b and wfns
POOR = (
    "00001101001011001011101000000000100110110000000001100010001010011101101111000110100000010000000000001111110001000"
)
S100B = """13 14 10 4 13 10 47 16 18 10 12 10 44 71 4 8 49 4 7 33 9 9 7 11 7 17 7 11 13 19 5 16 41 14 34 35 48 9 96
25 50 46 16 7 43 45 11 8 9 86 52 8 6 13 207 10 14 15 7 6 77 5 9 30 3 9 4 23 70 9 27 71 8 26 8 16 9 13 10
8 11 33 11 28 7 10 32 22 7 5 24 38 10 15 8 14 10 7 4 19 56 14 58 32 82 74 15 47 17 44 15 50 48"""
WFNS = (
    "11113254125255125225211112121134214541425511241125521251222151125214524414121421232421451154221113125225552445111"
)


def test_the_areas_are_those_of_proc() -> None:
    """`roc.test(roc(outcome, s100b), roc(outcome, wfns))`: Z = -2.209, p = 0.02718, as its manual has it."""
    outcome = np.array([int(each) for each in POOR])
    first = np.array([float(each) for each in S100B.split()])
    second = np.array([float(each) for each in WFNS])
    found = delong(outcome, first, second, 0.95)
    assert (found.first, found.second) == pytest.approx((0.731368563686, 0.823678861789), abs=1e-12)
    assert (found.low, found.high) == pytest.approx((0.0104061769565, 0.1742144192495), abs=1e-12)
    assert (found.second - found.first) / np.sqrt(found.variance) == pytest.approx(2.20898359144, abs=1e-9)


def test_the_bootstrap_of_a_mean_is_that_of_its_normal_law() -> None:
    random = np.random.default_rng(1)
    outcome, near, far = random.normal(size=(3, 400))
    found = improvement(METRICS["mae"], outcome, outcome + far, outcome + near / 2, 0.9)
    shares = np.abs(far) - np.abs(near / 2)
    half = 1.6448536 * shares.std(ddof=1) / 20
    assert found.improvement == pytest.approx(shares.mean())
    assert (found.low, found.high) == pytest.approx((shares.mean() - half, shares.mean() + half), abs=half / 10)
    again = improvement(METRICS["mae"], outcome, outcome + far, outcome + near / 2, 0.9)
    assert again == found
    worse = improvement(METRICS["mae"], outcome, outcome + near / 2, outcome + far, 0.9)
    assert worse.improvement == pytest.approx(-found.improvement)


def test_metrics_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(2)
    case, chance = random.integers(0, 2, 50), random.uniform(size=50)
    chance[:2] = 0, 1
    for name, reference in (("brier", metrics.brier_score_loss), ("roc_auc", metrics.roc_auc_score)):
        found = improvement(METRICS[name], case, chance, chance, 0.95)
        assert (found.champion, found.improvement) == pytest.approx((reference(case, chance), 0))
    case[:2] = 0, 1
    found = improvement(METRICS["log_loss"], case, chance, chance, 0.95)
    assert found.champion == pytest.approx(metrics.log_loss(case, chance))
    found = improvement(METRICS["rmse"], case, chance, chance, 0.95)
    assert found.champion == pytest.approx(metrics.root_mean_squared_error(case, chance))


def worse(asked: Asked) -> None:
    """Let the model answer something else."""
    if asked.name == "mtcars-mpg":
        code = asked.folder / "model.R"
        code.write_text(code.read_text() + "\npredict_model <- function(model, newdata, ...) rep(20, nrow(newdata))\n")
    else:
        code = asked.folder / "model.py"
        code.write_text(
            code.read_text() + "\n\ndef predict_model(model, data, **options):\n    return ['setosa'] * len(data)\n"
        )


def holdout(asked: Asked) -> Path:
    file = asked.folder / "holdout.csv"
    if asked.name == "mtcars-mpg":
        subprocess.run(
            ["Rscript", "--vanilla", "-e", f"write.csv(mtcars[c('mpg','wt','hp','cyl')], '{file}', row.names = FALSE)"],
            check=True,
        )
        return file
    data = load_iris(as_frame=True)
    rows = data.data.iloc[::3].copy()
    rows["species"] = [data.target_names[each] for each in data.target.iloc[::3]]
    rows.to_csv(file, index=False)
    return file


@pytest.mark.parametrize(
    ("language", "metric"), [("r", "rmse"), pytest.param("python", "accuracy", marks=pytest.mark.long)]
)
def test_only_what_is_better_is_promoted(language: str, metric: str, project: Callable[[str], Asked]) -> None:
    asked = project(language)
    good = (asked.folder / ("model.R" if language == "r" else "model.py")).read_text()
    worse(asked)
    asked("model register")
    first = asked("model promote", address=asked.name, checks=False)
    assert first.version.aliases == ("champion",)
    (asked.folder / ("model.R" if language == "r" else "model.py")).write_text(good)
    asked("model register")
    with pytest.raises(CommandError, match="not promoted") as no_rows:
        asked("model promote", address=f"{asked.name}/2", checks=False)
    assert "--data FILE.csv" in no_rows.value.details[0]
    data = holdout(asked)
    found = asked("model promote", address=f"{asked.name}/2", data=data, checks=False).report
    assert (found["comparison"]["metric"], found["before"], found["passed"]) == (metric, 1, True)
    assert found["comparison"]["low"] > 0
    with pytest.raises(CommandError, match="not promoted") as failed:
        asked("model promote", address=f"{asked.name}/1", data=data, checks=False)
    assert failed.value.code is Code.PROMOTION_REFUSED
    assert asked("model list").models[0].aliases["champion"] == 2
    card = asked("model card", address=f"{asked.name}@champion").text
    assert metric in card
    assert "| `wt` | number |" in card or "| `petal width (cm)` | number |" in card
    both = asked("model compare", champion=f"{asked.name}/2", challenger=f"{asked.name}/1", data=data)
    assert (both.enough, both.found.improvement < 0) == (False, True)
    with pytest.raises(CommandError, match="no metric `rsme`") as unknown:
        asked("model compare", champion=asked.name, challenger=asked.name, data=data, metric="rsme")
    assert unknown.value.remedy == "Did you mean `rmse`?"

    back = asked("model rollback", address=asked.name)
    assert (back.before, back.version) == (2, 1)
    with pytest.raises(CommandError, match="has pointed to no other version before"):
        asked("model rollback", address=asked.name)
    with pytest.raises(CommandError, match="points to version 1"):
        asked("model remove", address=f"{asked.name}/1")
    assert asked("model demote", address=f"{asked.name}@champion").version == 1
    assert asked("model remove", address=f"{asked.name}/1").versions == (1,)
    assert asked("model remove", address=asked.name, all_versions=True).versions == (2,)
    assert asked("model list").models == ()


def test_a_version_that_fails_its_checks_is_refused(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    with (asked.folder / "ao.toml").open("a") as toml:
        others = "lint tests coverage determinism independence leftovers packages costs versions options schema fit"
        toml.write("\n[check.skip]\n" + "".join(f'{rule} = "quick"\n' for rule in others.split()))
    worse(asked)
    asked("model register")
    with pytest.raises(CommandError, match="not promoted") as failed:
        asked("model promote", address=asked.name)
    assert any(each.startswith("predictions: ") for each in failed.value.details)
    assert asked("model list").models[0].aliases == {}


def test_of_two_promotions_at_once_one_wins_and_the_other_is_told(
    project: Callable[[str], Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = project("python")
    asked("model register")
    asked.version("0.2.0")
    asked("model register")
    fetched = promotion.fetched

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(promotion, "fetched", fetched)
        asked("model promote", address="iris-species/1", checks=False)
        return fetched(*arguments)

    monkeypatch.setattr(promotion, "fetched", meanwhile)
    with pytest.raises(CommandError, match="Another promotion of `iris-species` was quicker") as told:
        asked("model promote", address="iris-species/2", checks=False)
    assert told.value.code is Code.PROMOTION_OVERTAKEN
    assert told.value.details == ("It points to version 1 by now.",)
    keeper = keeper_of(place_of(asked.folder))
    assert keeper.model("iris-species").aliases == {"champion": 1}
    with one_at_a_time(keeper):  # whoever has looked where the alias is moves it before others look
        code = f"import fcntl; fcntl.flock(open({keeper.where.removeprefix('sqlite:///')!r} + '.moving.lock', 'a'), 6)"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode


def test_who_comes_second_is_not_told_that_the_alias_moved_before_it_did(project: Callable[[str], Asked]) -> None:
    asked = project("python")
    asked("model register", alias="champion")
    asked.version("0.2.0")
    asked("model register")
    keeper = keeper_of(place_of(asked.folder))
    claim = promotion.claimed(keeper, "iris-species", "champion")
    promotion.claimed(keeper, "iris-species", "champion")  # the other one, which has not moved it yet
    version = keeper.version("iris-species", 2)
    with pytest.raises(CommandError, match="was quicker") as told:
        promotion.moved(keeper, version, {"alias": "champion", "before": 1}, claim)
    assert told.value.details == ("The other one is about to move it.",)


SCORES = """\
[project]
name = "scores"
language = "python"

[model]
code = "model.py"

[model.inputs]
x = "number"

[model.outputs]
prediction = "integer"

[model.options]
type = { type = "category", levels = ["class", "probability"], default = "class" }
"""
SCORING = """
import pandas as pd


def load_model(path):
    return None


def predict_model(model, data, type):
    chance = data["x"] if SAME else 1 - data["x"]
    if type == "class":
        return pd.DataFrame({"prediction": (chance > 0.5).astype("int64")})
    return pd.DataFrame({"0": 1 - chance, "1": chance})
"""


@pytest.mark.long
def test_classes_are_no_probabilities(tmp_path: Path) -> None:
    projects = []
    for same in (True, False):
        folder = tmp_path / str(same)
        folder.mkdir()
        (folder / "ao.toml").write_text(SCORES)
        (folder / "model.py").write_text(SCORING.replace("SAME", str(same)))
        projects.append(Project.read(folder))
    file = tmp_path / "rows.csv"
    file.write_text("x,y\n0.1,0\n0.6,0\n0.7,1\n0.9,1\n")
    rows = read_outcomes(file, None, projects[0])
    found = compared(*projects, rows, metric="roc_auc", level=0.95, options={})
    assert (found.champion, found.challenger) == (1, 0)
    with pytest.raises(CommandError, match="holds the classes 0 and 1, no probabilities"):
        compared(*projects, rows, metric="log_loss", level=0.95, options={"type": "class"})


@pytest.mark.parametrize(
    ("outcome", "by_rank", "said"),
    [
        ([1.0, 0.0], False, "2 rows are too few"),
        ([1.0] + [0.0] * 20, True, "1 of the 21 rows is a case"),
        ([0.0] + [1.0] * 20, True, "20 of the 21 rows are cases"),
    ],
)
def test_an_interval_of_too_few_rows_is_refused(outcome: list[float], by_rank: bool, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        require_enough(np.array(outcome), by_rank=by_rank)
    require_enough(np.array([0.0, 1.0] * 5), by_rank=by_rank)
