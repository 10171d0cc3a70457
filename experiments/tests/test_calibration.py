"""Calibrations: proposals are leased once, outcomes count once, and the best fit is found with its uncertainty."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
import pyarrow.parquet as pq
import pytest
from anops_experiments.adapter import LABORATORY
from anops_experiments.calibration.contracts import AdaptiveService, Outcome
from anops_experiments.calibration.search import OptunaSearch
from anops_experiments.calibration.space import Space
from anops_experiments.failures import ExperimentError
from postgresql_server import running
from simulated import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = {
    "python": """
def line(a, b, rng):
    if b == 3.5:
        raise ValueError("no such slope")
    return {"y": {"x": [0, 1, 2, 3], "value": a + b * rng.normal([0, 1, 2, 3], 0.05), "word": ["u"] * 4}, "end": a}


def ended(runs, y):
    return {"mean": y["value"].mean()}
""",
    "r": """
line <- function(a, b) {
  list(y = data.frame(x = 0:3, value = a + b * rnorm(4, 0:3, 0.05), word = "u"), end = a)
}
""",
}
WHOLE = {"x": {"min": 0.0, "max": 1.0}}
SETTINGS: dict[str, Any] = {
    "parameters": {"a": {"min": -5.0, "max": 5.0}, "b": {"min": 0.5, "max": 8.0, "scale": "log"}},
    "targets": {"y": {"observed": [1.02, 2.95, 5.1, 7.03], "loss": "simulated"}},
    "replicates": 4, "trials": 12, "refine": 12, "sampler": "tpe", "seed": 3, "batch": 8, "lease": 60.0, "level": 0.9,
    "workers": 1,
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'proposals.sqlite'}"
        return
    with running(tmp_path_factory) as server:
        yield server.replace("postgresql://", "postgresql+psycopg://")


def search(address: str, **more: Any) -> OptunaSearch:
    told: dict[str, Any] = {"trials": 24, "sampler": "random", **more}
    return OptunaSearch(address, told.pop("study", "x"), Space.read(told.pop("parameters", WHOLE)), **told)


def test_proposals_are_given_to_one_each_and_outcomes_count_once(address: str) -> None:
    given: list[Any] = []
    new: list[int] = []

    def work() -> None:
        mine = search(address, sampler="tpe")
        assert isinstance(mine, AdaptiveService)
        while proposals := mine.ask(2):
            given.extend(proposals)
            outcomes = [Outcome(each.number, float(str(each.params["x"]))) for each in proposals]
            new.append(mine.tell(outcomes))
            new.append(mine.tell(outcomes))
        mine.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each.number for each in given) == list(range(1, 25))
    assert len({each.params["x"] for each in given}) == 24
    assert sum(new) == 24
    last = search(address)
    assert last.finished()
    assert last.ask(1) == []
    last.close()


PAIR = {"n": {"min": 1, "max": 4, "whole": True}, "rate": {"min": 0.01, "max": 1.0, "scale": "log"}, "law": ["a", "b"]}


@pytest.mark.parametrize("sampler", ["sobol", "cmaes"])
def test_the_same_is_proposed_again_within_the_ranges(tmp_path: Path, sampler: str) -> None:
    def proposed(file: str) -> list[dict[str, Any]]:
        made = []
        for portion in (8, 5, 3):  # a study that is opened again goes on where it was
            mine = search(f"sqlite:///{tmp_path / file}", sampler=sampler, parameters=PAIR, trials=16)
            for each in mine.ask(portion):
                made.append(dict(each.params))
                mine.tell([Outcome(each.number, float(str(each.params["rate"])))])
            mine.close()
        return made

    first = proposed("a.sqlite")
    assert proposed("b.sqlite") == first
    assert len({json.dumps(each) for each in first}) == 16
    assert all(each["n"] in {1, 2, 3, 4} and 0.01 <= each["rate"] <= 1 and each["law"] in "ab" for each in first)


def test_a_sequence_fills_the_range_evenly_and_a_cloud_needs_two(tmp_path: Path) -> None:
    even = search(f"sqlite:///{tmp_path / 'even.sqlite'}", sampler="sobol", trials=16)
    places = sorted(float(str(each.params["x"])) for each in even.ask(16))
    even.close()
    assert [int(16 * each) for each in places] == list(range(16))
    cloud = search(f"sqlite:///{tmp_path / 'cloud.sqlite'}", sampler="cmaes")
    with pytest.raises(ExperimentError, match="needs two parameters or more"):
        cloud.ask(1)
    cloud.close()


@pytest.mark.parametrize("loss", [2.0, None])
def test_what_another_tells_optuna_meanwhile_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loss: float | None
) -> None:
    address = f"sqlite:///{tmp_path / 'p.sqlite'}"
    after_trial = optuna.samplers.RandomSampler.after_trial

    def between_look_and_write(*told: Any) -> None:
        monkeypatch.undo()
        search(address).close()  # whoever begins tells what seems to be missed
        after_trial(*told)

    mine = search(address, trials=1)
    mine.ask(1)
    monkeypatch.setattr(optuna.samplers.RandomSampler, "after_trial", between_look_and_write)
    assert mine.tell([Outcome(1, loss)]) == 1
    assert mine.finished()
    assert [(each.value, each.state.is_finished()) for each in mine._study.trials] == [(loss, True)]  # noqa: SLF001
    mine.close()


def test_what_is_not_heard_of_goes_to_another_and_a_late_outcome_counts(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'p.sqlite'}"
    slow, quick = search(address, trials=1, lease=0.0), search(address, trials=1, lease=1000.0)
    (first,) = slow.ask(3)
    (second,) = quick.ask(3)
    assert (second.number, second.params) == (first.number, first.params)
    assert second.token != first.token
    assert quick.ask(1) == []  # it is being worked on now
    assert not quick.finished()
    assert slow.tell([Outcome(first.number, 2.0)]) == 1
    assert quick.tell([Outcome(second.number, None, message="died")]) == 0
    assert [(each["state"], each["loss"]) for each in quick.rows()] == [("done", 2.0)]
    assert quick.finished()
    for each in (slow, quick):
        each.close()


def test_renewed_proposals_stay_with_who_has_them(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'p.sqlite'}"
    slow, quick = search(address, trials=1, lease=1000.0), search(address, trials=1)
    given = slow.ask(1)
    with closing(sqlite3.connect(tmp_path / "p.sqlite")) as connection, connection:  # as if a long time had passed
        connection.execute("UPDATE anops_proposals SET until = 0")
    slow.renew(given)
    assert quick.ask(1) == []
    slow.give_back(given)
    assert [each.number for each in quick.ask(1)] == [1]
    for each in (slow, quick):
        each.close()


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_a_search_that_is_opened_again_does_not_repeat_its_draws(tmp_path: Path, sampler: str) -> None:
    address, found = f"sqlite:///{tmp_path / 'p.sqlite'}", []
    for _ in range(3):
        mine = search(address, sampler=sampler)
        given = mine.ask(3)
        mine.tell([Outcome(each.number, 1.0) for each in given])
        found += [each.params["x"] for each in given]
        mine.close()
    assert len(set(found)) == 9
    whole = search(f"sqlite:///{tmp_path / 'q.sqlite'}", sampler=sampler)
    again = whole.ask(3)
    whole.close()
    assert [each.params["x"] for each in again] == found[:3]


def test_a_search_among_few_values_ends_when_all_were_tried(tmp_path: Path) -> None:
    mine = search(f"sqlite:///{tmp_path / 'p.sqlite'}", parameters={"kind": ["u", "v", "w"]})
    given = mine.ask(24)
    assert sorted(str(each.params["kind"]) for each in given) == ["u", "v", "w"]
    mine.tell([Outcome(each.number, None, message="failed") for each in given])
    assert mine.finished()
    mine.close()


def run(folder: Path, language: str, stopped: Any = lambda: False, **settings: Any) -> dict[str, Any]:
    file = {"python": "fit.py", "r": "fit.R"}[language]
    (folder / file).write_text(CODE[language], encoding="utf-8")
    told = {**SETTINGS, "function": f"{file}:line", **settings}
    return LABORATORY.calibrate(
        folder, "x", told, program=sys.executable if language == "python" else "Rscript", environ={}, cluster=None,
        tell=lambda _: None, stopped=stopped,
    )  # fmt: skip


@LANGUAGES
def test_the_best_fit_is_found_and_how_sure_it_is(tmp_path: Path, language: str) -> None:
    told = run(tmp_path, language, trials=24, refine=24)
    a, b = told["estimates"]
    assert a["low"] < 1 < a["high"], told
    assert b["low"] < 2 < b["high"], told
    assert a["high"] - a["low"] < 1
    assert 0 < b["simulation_share"] < 0.5
    assert told["correlation"]["values"][0][1] < 0  # a steeper line begins lower
    assert np.allclose(told["fit"]["y"]["simulated"], told["fit"]["y"]["observed"], atol=0.3)
    trials = pq.read_table(told["trials"]).to_pylist()
    assert [each["stage"] for each in trials] == ["search"] * 24 + ["refine"] * 24
    assert min(each["loss"] for each in trials) == told["best"]["loss"]
    assert Path(told["plot"]).read_text(encoding="utf-8").startswith("<svg")
    assert json.loads(Path(told["report"]).read_text(encoding="utf-8"))["estimates"] == told["estimates"]


def test_a_calibration_that_was_ended_goes_on_and_finds_the_same(tmp_path: Path) -> None:
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    whole = run(tmp_path / "whole", "python")
    proposals = tmp_path / "parts/.anops/calibrations/x/proposals.sqlite"

    def is_well_under_way() -> bool:
        with closing(sqlite3.connect(proposals)) as database:
            return bool(database.execute("SELECT 1 FROM anops_proposals WHERE state = 'done'").fetchall())

    ended = run(tmp_path / "parts", "python", stopped=is_well_under_way)
    assert (ended["state"], ended["done"]) == ("cancelled", 8)
    parts = run(tmp_path / "parts", "python")
    assert parts["estimates"] == whole["estimates"]
    assert pq.read_table(parts["trials"]) == pq.read_table(whole["trials"])


def test_proposals_that_fail_cost_no_other(tmp_path: Path) -> None:
    told = run(tmp_path, "python", parameters={"a": 1.0, "b": [1.5, 2, 3.5]}, trials=3)
    assert told["best"]["params"]["b"] == 2
    assert told["failures"] == [{"message": "ValueError: no such slope (fit.py, line 4)", "count": 1}]
    assert told["notes"] == ["No parameter has a range, so there are no intervals."]


def test_what_was_observed_is_compared_by_its_keys(tmp_path: Path) -> None:
    (tmp_path / "seen.csv").write_text("x,value\n3,7.03\n1.0,2.95\n", encoding="utf-8")
    target = {"file": "seen.csv", "by": "x", "column": "value", "output": "y", "loss": "squared"}
    told = run(tmp_path, "python", targets={"seen": target}, parameters={"a": 1, "b": {"min": 1, "max": 4}}, refine=8)
    assert told["estimates"][0]["estimate"] == pytest.approx(2, abs=0.1)
    assert told["fit"]["seen"]["keys"] == ["3", "1"]


def test_a_function_may_make_of_the_replicates_what_is_compared(tmp_path: Path) -> None:
    target = {"observed": 4.0, "loss": "normal", "sd": 0.1}
    only = {"a": 1, "b": {"min": 1, "max": 4}}
    told = run(tmp_path, "python", targets={"mean": target}, aggregate="fit.py:ended", parameters=only, refine=8)
    assert told["estimates"][0]["estimate"] == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"parameters": {"a": 1, "b": 2}}, "There is nothing to calibrate"),
        ({"targets": {"y": {"observed": 1, "loss": "normal"}}}, "needs the standard deviation"),
        ({"targets": {"y": {"observed": -1, "loss": "poisson"}}}, "is for counts, and one is negative"),
        ({"replicates": 1}, "takes the spread from the replicates, and there is one"),
        ({"targets": {"y": {"file": "no.csv"}}}, "There is no file"),
        ({"storage": "postgresql+psycopg://127.0.0.1:9/x"}, "can't be used"),
        ({"targets": {"z": {"observed": 1.0}}}, "The first 12 proposals failed, and none had a result."),
    ],
)
def test_what_can_not_be_calibrated_is_told(tmp_path: Path, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ExperimentError) as told:
        run(tmp_path, "python", **{"batch": 12, **settings})
    assert said in str(told.value)


def test_a_misspelt_function_is_named_anew(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError) as told:
        run(tmp_path, "python", function="fit.py:lien", batch=12)
    assert told.value.remedy == (
        "Did you mean `fit.py:line`? Calibrate again with that name, as `function` under [calibrations.x] in ao.toml."
    )


def test_a_column_that_lacks_what_was_observed_is_named(tmp_path: Path) -> None:
    (tmp_path / "seen.csv").write_text("x,value\n9,7.03\n", encoding="utf-8")
    target = {"file": "seen.csv", "by": "x", "column": "value", "output": "y"}
    with pytest.raises(ExperimentError) as told:
        run(tmp_path, "python", targets={"seen": target}, batch=12)
    assert told.value.details == ("`y` has no row with x = 9, which was observed.",)
