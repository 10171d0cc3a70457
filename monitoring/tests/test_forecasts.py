"""Forecasts beside what was observed: by how many steps ahead, intervals as promised, where outcomes lie in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_monitoring.adapter import MONITOR
from anops_monitoring.logged import LoggedRow
from anops_monitoring.pit import pit_of
from anops_series.opening import open_store
from anops_series.port import Forecast, Given, Observation, SeriesIdentity

if TYPE_CHECKING:
    from pathlib import Path

SERIES = ("sales", "D", "UTC", ("shop",))
START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 60


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def report(file: Path, **asked: Any) -> dict[str, Any]:
    wanted: dict[str, Any] = {"since": 0.0, "until": float("inf"), "digest": None, "by_week": False, **asked}
    return MONITOR.report_of_forecasts(str(file), SERIES, **wanted)


def keep(file: Path) -> dict[int, list[tuple[float, float]]]:
    """Give forecasts of two shops each day, and observe most of it; return pairs of forecast and truth by step."""
    generator = np.random.default_rng(6)
    store, identity = open_store(str(file)), SeriesIdentity(*SERIES)
    truth = {(shop, n): float(generator.normal(10, 2)) for shop in "ab" for n in range(DAYS + 2)}
    pairs: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for n in range(DAYS):
        for shop in "ab":
            key = (("shop", shop),)
            said = [float(generator.normal(10, 0.5)) for _ in (1, 2)]
            steps = [
                Forecast(day(n + place), place + 1, value, {"lower_80": value - 2, "upper_80": value + 2}, key)
                for place, value in enumerate(said)
            ]
            stale = [Forecast(each.time, each.step, -99.0, dict(each.bounds), key) for each in steps]
            made = day(n)
            store.keep([(identity, Given(f"{n}{shop}", made - timedelta(hours=1), "1", "sha256:1"), stale)])
            store.keep([(identity, Given(f"{n}{shop}", made, "1", "sha256:1"), steps)])
            for place, value in enumerate(said):
                if n + place < DAYS:
                    pairs[place + 1].append((value, truth[shop, n + place]))
    rows = [Observation(day(n), truth[shop, n], (("shop", shop),)) for shop in "ab" for n in range(DAYS)]
    store.observe(identity, rows, received=day(DAYS))
    store.close()
    return pairs


def test_forecasts_are_judged_by_how_many_steps_ahead_they_were(tmp_path: Path) -> None:
    pairs = keep(tmp_path / "series.db")
    told = report(tmp_path / "series.db")
    assert (told["rows"], told["outcomes"], told["segment"]) == (4 * DAYS, 4 * DAYS - 2, "step")
    assert [each["name"] for each in told["segments"]] == ["step 1", "step 2"]
    for each, known in zip(told["segments"], pairs.values(), strict=True):
        errors = np.array([said - true for said, true in known])
        assert each["performance"]["rows"] == len(errors)
        assert each["performance"]["metrics"][0]["value"] == pytest.approx(np.sqrt(np.mean(errors**2)))
        (covered,) = each["coverage"]
        assert (covered["promised"], covered["within"]) == (0.8, int((np.abs(errors) <= 2).sum()))
        assert [one["rows"] for one in each["pit"]["bins"]] == [(errors > 2).sum(), (np.abs(errors) <= 2).sum(),
                                                                (errors < -2).sum()]  # fmt: skip
    page = MONITOR.page(told, "sales 1")
    assert "step 2" in page
    assert "Where outcomes lie" in page


def test_forecasts_of_a_time_and_of_a_fit_are_looked_at(tmp_path: Path) -> None:
    keep(tmp_path / "series.db")
    assert report(tmp_path / "series.db", since=day(DAYS - 1).timestamp())["rows"] == 4
    assert report(tmp_path / "series.db", digest="sha256:2")["rows"] == 0


def test_outcomes_are_tested_for_where_in_the_promise_they_lie() -> None:
    # by R: chisq.test(c(20, 5, 25), p = c(.1, .8, .1))$p.value and so on
    for counts, p in (((20, 5, 25), 1.60864653153e-34), ((10, 80, 10), 1.0), ((14, 30, 6), 7.86895652718e-05)):
        outcomes = [value for value, count in zip((-5.0, 0.0, 5.0), counts, strict=True) for _ in range(count)]
        rows = [LoggedRow("r", n, 0, "1", "", {}, {"prediction": 0, "q0.1": -1, "q0.9": 1}, {}, outcome=outcome)
                for n, outcome in enumerate(outcomes)]  # fmt: skip
        found = pit_of(rows)
        assert found is not None
        assert [each["rows"] for each in found["bins"]] == list(counts)
        assert found["p"] == pytest.approx(p)
    few = pit_of(rows[:10])
    assert few is not None
    assert few["p"] is None
    assert pit_of([LoggedRow("r", 0, 0, "1", "", {}, {"prediction": 0}, {}, outcome=1.0)]) is None
