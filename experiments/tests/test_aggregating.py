"""A function of the user's makes one result of the runs of a parameter set, on the workers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from anops_experiments.adapter import LABORATORY
from anops_experiments.failures import ExperimentError
from simulated import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

CODE = {
    "python": """
def one(n, rng):
    return {"x": rng.normal(), "name": "é", "whole": 3, "missing": None, "curve": {"day": [1, 2], "cases": [n, 2 * n]}}


def summed(runs, curve, n):
    with open("calls", "a") as calls:
        calls.write("x")
    assert list(runs.columns) == ["replicate", "x", "name", "whole", "missing"]
    if n == 7:
        raise ValueError("seven")
    by_day = curve.groupby("day", as_index=False)["cases"].sum()
    return {"count": len(runs), "mean": runs["x"].mean(), "said": runs["name"].iloc[0], "by_day": by_day}
""",
    "r": """
one <- function(n) {
  list(x = rnorm(1), name = "\\u00e9", whole = 3L, missing = NA, curve = data.frame(day = 1:2, cases = n * 1:2))
}
summed <- function(runs, curve, n) {
  cat("x", file = "calls", append = TRUE)
  stopifnot(names(runs) == c("replicate", "x", "name", "whole", "missing"))
  if (n == 7) stop("seven")
  by_day <- aggregate(cases ~ day, curve, sum)
  list(count = nrow(runs), mean = mean(runs$x), said = runs$name[1], by_day = by_day)
}
""",
}


def run(folder: Path, language: str, **settings: Any) -> dict[str, Any]:
    file = {"python": "many.py", "r": "many.R"}[language]
    program = {"python": "", "r": "Rscript"}[language]
    told: dict[str, Any] = {"function": f"{file}:one", "aggregate": f"{file}:summed", "workers": 1, "attempts": 1}
    told |= {"parameters": {"n": [2, 3]}, "replicates": 4, **settings}
    (folder / file).write_text(CODE[language], encoding="utf-8")

    return LABORATORY.run(
        folder, "x", told, program=program or sys.executable, environ={}, cluster=None, tell=print,
        stopped=lambda: False,
    )  # fmt: skip


@LANGUAGES
def test_runs_of_a_parameter_set_become_one_result(tmp_path: Path, language: str) -> None:
    ended = run(tmp_path, language)
    rows = pq.read_table(ended["summary"]).to_pylist()
    runs = pq.read_table(ended["results"]).to_pandas()
    assert [(each["n"], each["runs"], each["count"], each["said"], each["status"]) for each in rows] == [
        (2, 4, 4, "é", "ok"),
        (3, 4, 4, "é", "ok"),
    ]
    assert [each["mean"] for each in rows] == pytest.approx(list(runs.groupby("n")["x"].mean()), abs=1e-14)
    by_day = pq.read_table(tmp_path / ".anops/experiments/x/summary-by_day.parquet").to_pylist()
    assert [(each["n"], each["day"], each["cases"]) for each in by_day] == [
        (2, 1, 8),
        (2, 2, 16),
        (3, 1, 12),
        (3, 2, 24),
    ]
    run(tmp_path, language)  # nothing has changed
    assert (tmp_path / "calls").read_text() == "xx"
    run(tmp_path, language, replicates=5, parameters={"n": 2})
    assert (tmp_path / "calls").read_text() == "xxx"


@LANGUAGES
def test_an_aggregation_that_fails_costs_no_other(tmp_path: Path, language: str) -> None:
    ended = run(tmp_path, language, parameters={"n": [2, 7]})
    (failure,) = ended["summary_failures"]
    assert failure["point"] == 2
    assert "seven" in failure["message"]
    statuses = [(each["status"], each["count"]) for each in pq.read_table(ended["summary"]).to_pylist()]
    assert statuses == [("ok", 4), ("error", None)]


def test_an_aggregation_in_another_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="must be written in the language of the function"):
        run(tmp_path, "python", aggregate="many.R:summed")


def test_without_an_aggregation_there_is_no_summary(tmp_path: Path) -> None:
    run(tmp_path, "python", aggregate=None)
    with pytest.raises(ExperimentError, match="There is no aggregate of the runs"):
        LABORATORY.results(tmp_path, "x", None, exact=False, summed=True)
