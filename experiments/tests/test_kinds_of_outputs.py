"""What functions return arrives whole: labels, whole numbers and moments, or an error that says what can't be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_experiments.services import ProcessSimulationService
from anops_experiments.services.base import result_of
from anops_experiments.tasks import SimulationTask
from anops_experiments.wire import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

R = """
whole <- function() list(n = structure(4.9406564584124654e-324 * 3, class = "integer64"))
matrices <- function() {
  made <- data.frame(g = 1:2)
  made$m <- matrix(1:4, 2)
  made
}
labels <- function() list(a = cbind(x = c(u = 1, v = 2)), b = c(p = 1, q = 2), c = tapply(1:3, c("k", "l", "k"), sum))
counts <- function() list(n = table(c("x", "y", "x")), day = as.POSIXlt("2024-02-29", tz = "UTC"))
twice <- function() list(a = 1, a = 2)
columns <- function() list(d = data.frame(a = 1, a = 2, check.names = FALSE))
span <- function() as.difftime(2, units = "mins")
bytes <- function() list(t = c("a", "caf\\xe9"))
latin <- function() stop("caf\\xe9")
large <- function(x) x
moved <- function() {
  before <- file.exists("model.R")
  setwd(tempdir())
  before
}
drawn <- rnorm(1)
top <- function() drawn
"""
PYTHON = """
import os
import numpy as np, pandas as pd

drawn = np.random.normal()


def groups():
    return pd.DataFrame({"age": ["x", "y", "x"], "n": [1, 2, 3]}).groupby("age").sum()


def moved():
    before = os.path.exists("model.R")
    os.chdir("/")
    return before


def series():
    return {"a": pd.Series({"u": 1, "v": 2}), "b": pd.DataFrame({"x": [1, 2]}).query("x > 1")}


def moments():
    return {"t": np.datetime64("2024-02-29", "ns"), "c": np.array(["2024-02-29"], dtype="datetime64[ns]")}


def span():
    return np.timedelta64(5, "ns")


def twice():
    return pd.DataFrame([[1, 2]], columns=["a", "a"])


def large():
    return 2**63 + 1


def top():
    return drawn
"""
RETURNED = {
    "model.R:whole": {"n": 3},
    "model.R:matrices": {"value": {"g": [1, 2], "m.1": [1, 2], "m.2": [3, 4]}},
    "model.R:labels": {
        "a": {"row": ["u", "v"], "x": [1, 2]},
        "b": {"name": ["p", "q"], "value": [1, 2]},
        "c": {"name": ["k", "l"], "value": [4, 2]},
    },
    "model.R:counts": {"n": {"Var1": ["x", "y"], "Freq": [2, 1]}, "day": "2024-02-29T00:00:00+00:00"},
    "model.R:moved": {"value": True},
    "model.py:moved": {"value": True},
    "model.py:groups": {"value": {"age": ["x", "y"], "n": [4, 2]}},
    "model.py:series": {"a": {"index": ["u", "v"], "value": [1, 2]}, "b": {"x": [2]}},
    "model.py:moments": {"t": "2024-02-29T00:00:00", "c": {"value": ["2024-02-29T00:00:00"]}},
}
REFUSED = {
    "model.R:twice": "The outputs must have names that differ; there are two `a`.",
    "model.R:columns": "The columns of output `d` must have names that differ; there are two `a`.",
    "model.R:span": "Output `value` is a difftime, whose unit may be another in each run",
    "model.R:bytes": "Output `t.value` has a text that is not UTF-8, in position 2",
    "model.R:latin": "Error in latin(): caf",
    "model.py:span": "Output `value` must be a number, a text or a table",
    "model.py:twice": "The columns of output `value` must have names that differ; there are two `a`.",
    "model.py:large": "Output `value` holds whole numbers that 64 bits can't",
}


def told(result: Any) -> Mapping[str, Any]:
    result.require()
    return {**result.scalars, **{name: table.to_pydict() for name, table in result.tables.items()}}


def test_labels_and_exact_values_arrive_and_what_can_not_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.R").write_text(R, encoding="utf-8")
    (tmp_path / "model.py").write_text(PYTHON, encoding="utf-8")
    moved = ["model.R:moved", "model.py:moved"]
    tops = ["model.R:top", "model.py:top"]
    with (
        ProcessSimulationService(tmp_path, workers=1, attempts=1) as service,
        ProcessSimulationService(tmp_path, workers=1) as other,
    ):
        asked = {name: service.submit(name, {}, 1) for name in [*RETURNED, *REFUSED, *moved, *tops]}
        again = {name: other.submit(name, {}, 1) for name in tops}
        large = service.submit("model.R:large", {"x": 10**16}, 1), service.submit("model.R:large", {"x": 2**53 + 1}, 1)
        assert {name: told(asked[name].result()) for name in RETURNED} == RETURNED
        for name, said in REFUSED.items():
            failure = asked[name].result().failure
            assert failure is not None
            assert said in failure.message, name
        for name in tops:  # what a file draws while it is read does not depend on the process
            assert told(asked[name].result()) == told(again[name].result())
        assert [each.result().ok for each in large] == [True, False]
        assert large[0].result().scalars == {"value": 1e16}


def test_an_answer_that_can_not_be_read_fails_its_own_task_alone() -> None:
    head = b"ok\t0\t0.1\t0.1\nT\tvalue\ta\ti\t1\nT\tvalue\tb\ti\t2"
    result = result_of(SimulationTask("m.R:f", {}, 1), Answer(head, bytes(12)), "here:1", "R", 1)
    assert result.failure is not None
    assert "What the function returned can't be kept" in result.failure.message
