"""Differences of distributions are those of their definitions."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from anops_data.comparing import ks, psi, psi_of_numbers
from scipy import stats

if TYPE_CHECKING:
    from desks import Desk


@pytest.mark.parametrize("shift", [0.0, 0.1, 1.0])
def test_ks_is_that_of_scipy_where_no_values_are_tied(shift: float) -> None:
    random = np.random.default_rng(1)
    x, y = random.normal(size=200), random.normal(shift, size=150)
    got, expected = ks(x, y), stats.ks_2samp(x, y, method="asymp")
    assert got["d"] == pytest.approx(expected.statistic, abs=1e-12)
    scaled = expected.statistic * np.sqrt(200 * 150 / 350)
    assert got["p"] == pytest.approx(stats.kstwobign.sf(scaled), abs=1e-10)
    assert got["tied"] == 0


def test_ks_of_tied_values_takes_the_distance_of_the_functions() -> None:
    got = ks(np.array([1.0, 1, 2, 2, 3]), np.array([1.0, 2, 3, 3, 4]))
    assert got["d"] == pytest.approx(0.4)
    assert got["tied"] == 6


def test_psi_of_counts() -> None:
    assert psi(np.array([50, 50]), np.array([50, 50])) == 0
    expected = (0.8 - 0.5) * np.log(0.8 / 0.5) + (0.2 - 0.5) * np.log(0.2 / 0.5)
    assert psi(np.array([50, 50]), np.array([80, 20])) == pytest.approx(expected)
    with_empty = psi(np.array([100, 0]), np.array([50, 50]))
    assert with_empty == pytest.approx((0.5 - 1) * np.log(0.5) + (0.5 - 1e-4) * np.log(0.5 / 1e-4))
    assert psi(np.array([1, 0, 0]), np.array([1, 0, 0])) == 0


def test_psi_of_numbers_has_bins_of_equal_counts() -> None:
    x = np.arange(100.0)
    assert psi_of_numbers(x, x) == 0
    assert psi_of_numbers(x, x[:10]) == pytest.approx((1 - 0.1) * np.log(10) + 9 * (1e-4 - 0.1) * np.log(1e-4 / 0.1))
    assert psi_of_numbers(np.ones(50), np.ones(70)) == 0
    assert psi_of_numbers(x, x, 0, 100) == pytest.approx(
        10 * (0.05 - 0.1) * np.log(0.5) + (0.5 - 1e-4) * np.log(0.5 / 1e-4)
    )


def test_psi_is_that_of_the_printed_convention() -> None:
    random = np.random.default_rng(3)
    before, after = random.poisson(3, 237).astype(float), random.poisson(4, 181).astype(float)
    edges = sorted(set(np.quantile(before, np.arange(1, 10) / 10, method="inverted_cdf")))
    bins = list(pairwise([-np.inf, *edges, np.inf]))
    shares = [
        (((low < values) & (values <= high)).sum() / len(values)) for values in (before, after) for low, high in bins
    ]
    p, q = (np.maximum(each, 1e-4) for each in np.array_split(shares, 2))
    assert psi_of_numbers(before, after) == pytest.approx(float(((q - p) * np.log(q / p)).sum()), abs=1e-12)


def test_a_difference_tells_rows_columns_types_levels_and_distributions(desk: Desk) -> None:
    before = "a,b,g,d,gone\n" + "".join(f"{i},x,u,2026-01-{i % 28 + 1:02},1\n" for i in range(100))
    after = "a,b,g,d,come\n" + "".join(f"{i}.5,NA,v,2026-02-{i % 28 + 1:02},1\n" for i in range(50))
    desk.add(desk.file("d.csv", before), categories=("g",))
    desk.add(desk.file("d.csv", after), accept=True)
    found = desk.diff("d")
    assert (found.rows, found.added, found.removed) == ((100, 50), ["come"], ["gone"])
    columns = {each["column"]: each for each in found.columns}
    assert columns["a"]["changed"] == {"type": ["integer", "number"]}
    assert columns["a"]["ks"]["d"] == pytest.approx(0.5)
    assert columns["b"]["missing"] == [0.0, 1.0]
    assert columns["g"]["levels_added"] == ["v"]
    assert columns["g"]["counts"] == {"u": [100, 0], "v": [0, 50]}
    assert columns["d"]["ks"]["d"] == 1
    assert any("shares below 0.0001" in each for each in found.conventions)


def test_of_many_rows_some_are_drawn_also_where_they_come_in_turns(desk: Desk) -> None:
    for rows in (450_000, 225_000):  # of every third, and of every second row, the turns of two would be others
        content = "a,turn,code\n" + "".join(f"{i},{i % 2},c{i % 1100}\n" for i in range(rows))
        desk.add(desk.file("d.csv", content))
    a, turn, code = desk.diff("d").columns
    assert a["ks"]["n"] == [150_000, 112_500]
    assert a["ks"]["d"] == pytest.approx(0.5, abs=1e-4)
    assert turn["psi"] < 0.001
    assert turn["ks"]["d"] < 0.01
    assert "psi" not in code
