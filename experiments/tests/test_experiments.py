"""Experiments: their designs, what is run again and what is not, when they stop, and what they leave."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from anops_experiments.adapter import LABORATORY
from anops_experiments.designs import points_of
from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CODE = """
import os, time


def counted(n, rng, held=False):
    while held and n >= 10 and not os.path.exists("go"):
        time.sleep(0.02)
    with open("calls", "a") as calls:
        calls.write(f"{n}\\n")
    return {"x": rng.normal(10), "table": {"a": [1, 2], "b": ["u", None]}}


def odd(n):
    if n == 2:
        raise ValueError("two is odd")
    return n / 2


def never():
    raise OSError("no disk")


def unlike(n):
    if n == 1:
        return {"table": {"a": [None, None]}}
    if n == 1.5:
        return {"table": {"a": [], "more": []}}
    return {"table": {"a": [2.5, 0], "more": ["u", None]}}


def spread(runs, table):
    return float(table["a"].sum())
"""
SPAN = {"min": 1, "max": 100}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with functions."""
    (tmp_path / "model.py").write_text(CODE, encoding="utf-8")
    return tmp_path


def run(
    folder: Path, name: str = "x", *, tell: Callable[[Mapping[str, Any]], None] = print, **settings: Any
) -> dict[str, Any]:
    settings = {"function": "model.py:counted", **settings}
    return LABORATORY.run(
        folder, name, settings, program=sys.executable, environ={}, cluster=None, tell=tell, stopped=lambda: False
    )


def calls(folder: Path) -> Counter[str]:
    file = folder / "calls"
    return Counter(file.read_text(encoding="ascii").split()) if file.exists() else Counter()


def finished(folder: Path) -> set[str]:
    """Return which `n` have a result that was kept."""
    file = folder / ".anops" / "experiments" / "x" / "results.sqlite"
    if not file.exists():
        return set()
    asked = "SELECT params FROM members JOIN points USING (point) JOIN results USING (id)"
    with closing(sqlite3.connect(file, timeout=30)) as database:
        try:
            return {str(json.loads(params)["n"]) for (params,) in database.execute(asked)}
        except sqlite3.OperationalError:  # its tables are made in this moment
            return set()


def test_a_grid_is_every_combination_in_its_order(tmp_path: Path) -> None:
    made = list(points_of("grid", {"a": [1, 2], "b": ["x", "y"], "c": 5}, None, 1, tmp_path, None))
    assert made == [{"a": a, "b": b, "c": 5} for a in (1, 2) for b in ("x", "y")]
    with pytest.raises(ExperimentError, match="`a` is a range, which has no single values for a grid"):
        list(points_of("grid", {"a": SPAN}, None, 1, tmp_path, None))


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
def test_a_drawn_design_repeats_and_stays_in_its_ranges(tmp_path: Path, design: str) -> None:
    asked = {"a": SPAN, "b": {"min": 0.01, "max": 1, "scale": "log"}, "c": {**SPAN, "whole": True}, "d": ["u", "v"]}
    made = list(points_of(design, asked, 64, 1, tmp_path, None))
    assert made == list(points_of(design, asked, 64, 1, tmp_path, None))
    assert made != list(points_of(design, asked, 64, 2, tmp_path, None))
    assert all(1 <= each["a"] <= 100 and 0.01 <= each["b"] <= 1 for each in made)
    assert {type(each["c"]) for each in made} == {int}
    assert {each["d"] for each in made} == {"u", "v"}
    if design != "random":  # one in each of 64 strata
        assert len({int((each["a"] - 1) / 99 * 64) for each in made}) == 64


def test_a_file_gives_parameter_sets_with_their_types(tmp_path: Path) -> None:
    (tmp_path / "sets.csv").write_text("n,rate,code,flag\n1,0.5,007,true\n2,1e-3,010,FALSE\n", encoding="utf-8")
    made = list(points_of("csv", {"k": 9}, None, 1, tmp_path, "sets.csv"))
    assert made == [
        {"k": 9, "n": 1, "rate": 0.5, "code": "007", "flag": True},
        {"k": 9, "n": 2, "rate": 1e-3, "code": "010", "flag": False},
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n3,\n", "Column `b` of .* is missing in row 2"),
        ("a,b\n1,Inf\n", "Column `b` of .* must be a finite number, not Inf in row 1"),
        ("a,b\n1\n", "Row 1 of .* must have 2 values, as its head; it has 1"),
        ("a,a\n1,2\n", "must have names that differ"),
    ],
)
def test_a_file_that_is_wrong_is_told_by_row_and_column(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "sets.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ExperimentError, match=said):
        list(points_of("csv", {}, None, 1, tmp_path, "sets.csv"))


def test_added_replicates_and_parameters_run_only_what_is_missing(home: Path) -> None:
    first = run(home, parameters={"n": [1, 2]}, replicates=2)
    assert (first["state"], first["done"], first["failed"]) == ("done", 4, 0)
    before = pq.read_table(first["results"]).to_pandas()
    more = run(home, parameters={"n": [3, 1, 2]}, replicates=3)
    assert more["done"] == 9
    assert calls(home) == {"1": 3, "2": 3, "3": 3}
    after = pq.read_table(more["results"]).to_pandas()
    both = before.merge(after, on="task", suffixes=("", "_after"))
    assert len(both) == 4
    assert (both["x"] == both["x_after"]).all()
    assert (both["point_after"] == both["point"] + 1).all()
    (home / "model.py").write_text(CODE + "\n# changed\n", encoding="utf-8")
    assert LABORATORY.plan(home, "x", {"function": "model.py:counted", "parameters": {"n": [1]}})["finished"] == 0


def test_results_have_a_row_for_each_run_and_for_each_row_of_a_table(home: Path) -> None:
    made = run(home, parameters={"n": [1, 2]}, replicates=2)
    table = pq.read_table(made["results"])
    assert table.column_names[:6] == ["task", "point", "replicate", "seed", "n", "x"]
    assert table.column("status").to_pylist() == ["ok"] * 4
    (rows,) = [pq.read_table(each) for each in made["tables"]]
    assert rows.column_names == ["task", "point", "replicate", "n", "a", "b"]
    assert rows.column("b").to_pylist() == ["u", None] * 4
    told = LABORATORY.results(home, "x", home / "x.csv", exact=True)
    assert told["columns"]["x"] == "double"
    head, row = (home / "x.csv").read_text(encoding="utf-8").splitlines()[:2]
    cells = dict(zip(head.split(","), row.split(","), strict=True))
    assert float.fromhex(cells["x"]) == table.column("x")[0].as_py()


def test_tables_of_unlike_columns_and_types_come_together(home: Path) -> None:
    # the parameter is a whole number in one run and none in another; a column is empty first, and another comes later
    made = run(home, function="model.py:unlike", parameters={"n": [1, 1.5, 3.0]}, aggregate="model.py:spread")
    (rows,) = [pq.read_table(each) for each in made["tables"]]
    assert rows.select(["n", "a", "more"]).to_pydict() == {
        "n": [1, 1, 3, 3], "a": [None, None, 2.5, 0], "more": [None, None, "u", None],
    }  # fmt: skip
    assert pq.read_table(made["summary"]).column("value").to_pylist() == [0, 0, 2.5]
    told = LABORATORY.results(home, "x", home / "t.csv", exact=True, table="table")
    assert told["columns"]["a"] == "double"
    assert (home / "t.csv").read_text(encoding="utf-8").splitlines()[-2].endswith(",3,1,3,0x1.4000000000000p+1,u")
    with pytest.raises(ExperimentError, match="No run has returned a data frame `course`"):
        LABORATORY.results(home, "x", None, exact=False, table="course")


def test_a_run_that_is_killed_goes_on_without_what_is_finished(home: Path) -> None:
    settings = {"parameters": {"n": list(range(40)), "held": True}, "workers": 2}
    program = (
        "import json, sys; from pathlib import Path; from anops_experiments.adapter import LABORATORY as lab\n"
        "lab.run(Path(sys.argv[1]), 'x', {'function': 'model.py:counted', **json.loads(sys.argv[2])}, "
        "program=sys.executable, environ={}, cluster=None, tell=lambda facts: None, stopped=lambda: False)"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(home), json.dumps(settings)])
    try:
        while len(kept := finished(home)) < 5:
            assert child.poll() is None
            time.sleep(0.05)
        with pytest.raises(ExperimentError, match="is being run already, by process"):
            run(home, **settings)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    kept = finished(home)
    assert 5 <= len(kept) <= 10
    (home / "go").touch()
    ended = run(home, **settings)
    assert ended["done"] == 40
    made = calls(home)
    assert len(made) == 40
    assert {made[n] for n in kept} == {1}


def test_a_rule_asks_for_replicates_until_the_error_is_small(home: Path) -> None:
    asked = {"parameters": {"n": [1, 2]}, "replicates": 5, "until": {"x": 0.02}, "max_replicates": 60}
    made = run(home, "one", **asked, workers=1)
    table = pq.read_table(made["results"]).to_pandas()
    for _, of_one in table.groupby("point"):
        assert 10 <= len(of_one) <= 60
        error = of_one["x"].std() / len(of_one) ** 0.5 / of_one["x"].mean()
        assert error <= 0.02 or len(of_one) == 60
    again = pq.read_table(run(home, "two", **asked, workers=2)["results"]).to_pandas()
    assert again[["task", "x"]].equals(table[["task", "x"]])
    with pytest.raises(ExperimentError, match=r"names the output `y`, which `model\.py:counted` does not return"):
        run(home, parameters={"n": [1]}, until={"y": 0.1}, max_replicates=4)


def test_a_run_that_fails_is_recorded_and_tried_again_later(home: Path) -> None:
    told: list[Mapping[str, Any]] = []
    made = run(home, function="model.py:odd", parameters={"n": [1, 2, 3]}, tell=told.append)
    assert (made["done"], made["failed"]) == (2, 1)
    (failure,) = made["failures"]
    assert failure["message"] == "ValueError: two is odd"
    assert failure["where"] == "model.py, line 15"
    assert [each["params"] for each in told if each["event"] == "run failed"] == [{"n": 2}]
    table = pq.read_table(made["results"]).to_pandas().set_index("n")
    assert table.loc[2, "status"] == "error"
    assert table.loc[2, "attempts"] == 2
    assert table.loc[3, "value"] == 1.5


def test_what_never_works_is_not_tried_for_ever(home: Path) -> None:
    with pytest.raises(ExperimentError, match="and none had a result") as failed:
        run(home, function="model.py:never", replicates=5000)
    assert failed.value.details == ("OSError: no disk",)
    assert failed.value.remedy == "Fix the function, then go on: ao sim resume x"


@pytest.mark.parametrize(
    ("function", "guess"),
    [
        ("model.py:cuonted", "model.py:counted"),
        ("sub/modle.py:deep", "sub/model.py:deep"),
        ("modell:counted", None),
        ("model.R:cuonted", "model.R:counted"),
        ("sub/modle.R:deep", "sub/model.R:deep"),
        ("model.R:zzz", None),
    ],
)
def test_a_misspelt_function_is_named_anew_and_not_resumed(home: Path, function: str, guess: str | None) -> None:
    (home / "sub").mkdir()
    (home / "model.R").write_text("counted <- function() 1\n", encoding="utf-8")
    (home / "sub/model.R").write_text("deep <- function() 1\n", encoding="utf-8")
    (home / "sub/model.py").write_text("def deep():\n    return 1\n", encoding="utf-8")
    settings = {"function": function, "replicates": 2}
    program = sys.executable if ".R" not in function else shutil.which("Rscript") or "Rscript"
    with pytest.raises(ExperimentError, match="and none had a result") as failed:
        LABORATORY.run(
            home, "x", settings, program=program, environ={}, cluster=None, tell=print, stopped=lambda: False
        )
    where = "in `--function`, or as `function` under [experiments.x] in ao.toml."
    assert failed.value.remedy == (
        f"Did you mean `{guess}`? Run it again with that name, {where}"
        if guess
        else f"Run it again with the name of a function that is there, {where}"
    )


def test_what_was_never_run_and_what_has_no_name_are_told(home: Path) -> None:
    with pytest.raises(ExperimentError, match="`x` has not been run in"):
        LABORATORY.status(home, "x")
    with pytest.raises(ExperimentError, match=r"can't be named `\.\./x`"):
        run(home, "../x")
