"""The statistics are R's, ties included."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_monitoring import shares
from anops_monitoring.two_samples import chi_square, ks

if TYPE_CHECKING:
    from pathlib import Path

GENERATOR = np.random.default_rng(5)
SAMPLES = {
    "few, with ties": ([1, 1, 2, 2, 3], [1, 2, 3, 3, 4]),
    "ties": ([1, 1, 1, 2, 2, 2, 3, 3, 4, 5], [2, 3, 3, 3, 4, 4, 5, 5, 5, 5]),
    "no ties": (GENERATOR.normal(size=99).tolist(), GENERATOR.normal(0.4, size=90).tolist()),
    "just exact": (GENERATOR.integers(0, 9, 99).tolist(), GENERATOR.integers(1, 9, 101).tolist()),
    "no longer exact": (GENERATOR.integers(0, 9, 100).tolist(), GENERATOR.integers(1, 9, 100).tolist()),
    "many": (GENERATOR.normal(size=400).tolist(), GENERATOR.normal(0.1, size=300).tolist()),
    "apart": ([1, 2, 3], [7, 8, 9, 10]),
    "the same": ([1, 2, 2, 3], [1, 2, 2, 3]),
}
TABLES = {
    "two by two": ({"a": 30, "b": 12}, {"a": 21, "b": 33}),
    "nearly the same": ({"a": 10, "b": 10}, {"a": 10, "b": 11}),
    "three levels": ({"a": 30, "b": 12, "c": 9}, {"a": 21, "b": 33, "c": 4}),
    "a new level": ({"a": 30, "b": 12, "c": 2}, {"a": 21, "b": 33}),
}
COUNTS = [(71, 100, 0.9), (0, 30, 0.95), (30, 30, 0.95), (27, 30, 0.9), (5, 40, 0.2)]
P_VALUES = [0.01, 0.02, 0.03, 0.5, 0.02, 0.9]
PROGRAM = """
asked <- jsonlite::fromJSON("asked.json", simplifyVector = FALSE)
n <- function(x) as.numeric(unlist(x))
told <- list(
  ks = lapply(asked$samples, function(s) {
    t <- suppressWarnings(ks.test(n(s[[1]]), n(s[[2]]))); c(t$statistic, t$p.value) }),
  chisq = lapply(asked$tables, function(s) {
    t <- suppressWarnings(chisq.test(rbind(n(s[[1]]), n(s[[2]])))); c(t$statistic, t$p.value) }),
  binom = lapply(asked$counts, function(s) {
    t <- binom.test(s[[1]], s[[2]], s[[3]]); c(t$p.value, t$conf.int) }),
  holm = p.adjust(n(asked$p), "holm"))
writeLines(jsonlite::toJSON(told, digits = NA), "told.json")
"""


@pytest.fixture(scope="module")
def r(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What R says of all of them."""
    folder: Path = tmp_path_factory.mktemp("r")
    levels = {name: [[each.get(level, 0) for level in "abc"] for each in pair] for name, pair in TABLES.items()}
    tables = {name: [[n for n, m in zip(*pair, strict=True) if n + m], [m for n, m in zip(*pair, strict=True) if n + m]]
              for name, pair in levels.items()}  # fmt: skip
    asked = {"samples": SAMPLES, "tables": tables, "counts": COUNTS, "p": P_VALUES}
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    (folder / "test.R").write_text(PROGRAM, encoding="utf-8")
    subprocess.run(["Rscript", "--vanilla", "test.R"], cwd=folder, check=True)
    told: dict[str, Any] = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    return told


@pytest.mark.parametrize("name", SAMPLES)
def test_ks_is_that_of_r(name: str, r: dict[str, Any]) -> None:
    found = ks(*(np.array(each, dtype=np.float64) for each in SAMPLES[name]))
    assert [found.statistic, found.p] == pytest.approx(r["ks"][name], rel=1e-6, abs=1e-9)


def test_which_p_value_of_ks_it_is_is_told() -> None:
    few = np.array([1.0, 1, 2, 2, 3])
    assert ks(np.arange(5.0), np.arange(5.0) + 0.5).method == "exact"
    assert ks(few, few).method == "exact, given the ties"
    many = ks(np.repeat(few, 40), few.repeat(40))
    assert (many.method, many.note) == ("asymptotic", "ties: the true p value is smaller")


@pytest.mark.parametrize("name", TABLES)
def test_chi_square_is_that_of_r(name: str, r: dict[str, Any]) -> None:
    found = chi_square(*TABLES[name])
    assert found is not None
    assert [found.statistic, found.p] == pytest.approx(r["chisq"][name], rel=1e-9)
    assert (found.note is not None) == (name == "a new level")


def test_one_level_alone_is_not_tested() -> None:
    assert chi_square({"a": 30}, {"a": 20}) is None


def test_binomial_interval_and_test_are_those_of_r(r: dict[str, Any]) -> None:
    for (count, rows, share), said in zip(COUNTS, r["binom"], strict=True):
        found = [shares.binomial_p(count, rows, share), *shares.exact_interval(count, rows)]
        assert found == pytest.approx(said, rel=1e-7, abs=1e-12)


def test_p_values_are_corrected_as_r_does(r: dict[str, Any]) -> None:
    assert shares.holm(P_VALUES) == pytest.approx(r["holm"])
    assert shares.holm([]) == []


def test_the_difference_of_shares_has_the_interval_of_newcombe() -> None:
    # the examples of his paper's table II, method 10
    assert shares.difference_interval((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert shares.difference_interval((9, 10), (3, 10)) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert shares.difference_interval((0, 10), (0, 20)) == pytest.approx((-0.1611, 0.2775), abs=5e-5)
