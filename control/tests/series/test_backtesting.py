"""The scores are those that R's forecast 8.20 gives: accuracy(snaive(y, 24), later), accuracy(naive(y, 24), later)."""

from __future__ import annotations

import numpy as np
import pytest
from anops_control.errors import CommandError
from anops_control.series.backtesting import backtested
from anops_control.series.benchmarks import repeated
from anops_control.series.history import History, observed_text, read_history
from anops_control.series.scores import Judged, scores_of
from anops_model_interface.series.contract import SeriesContract

# fmt: off
AIR = np.array([
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158,
    133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218,
    230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235,
    227, 234, 264, 302, 293, 259, 229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278,
    284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404,
    347, 305, 336, 340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472,
    548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
], dtype=float)
# fmt: on
FIT = 120
LEVELS = (80.0, 95.0)
HISTORY = History((), 1 - FIT, AIR)
MONTHS = SeriesContract(frequency="MS", last="1958-12-01")


def test_benchmarks_have_the_bounds_of_r() -> None:
    seasonal, naive = (repeated(AIR[:FIT], lag, 24, LEVELS) for lag in (12, 1))
    assert seasonal["lower_80"][[0, 12]] == pytest.approx([298.3417249, 281.086302368])
    assert seasonal["lower_95"][[0, 12]] == pytest.approx([276.289166156, 249.899274708])
    assert naive["upper_80"][[0, 4]] == pytest.approx([373.805266706, 419.299078285])
    assert naive["upper_95"][[0, 4]] == pytest.approx([393.288797989, 462.865578676])


def test_scores_are_those_of_r_and_the_benchmarks_always_stand_beside_the_model() -> None:
    rows = backtested(
        [HISTORY],
        lambda history, origin, horizon: repeated(history.until(origin), 12, horizon, LEVELS),
        horizon=24,
        levels=LEVELS,
        season=12,
        updates=False,
    )
    whole = {row["method"]: row for row in rows if row["horizon"] is None}
    assert whole["model"]["mase"] == whole["seasonal naive"]["mase"] == pytest.approx(2.4935191186)
    assert (whole["naive"]["mae"], whole["naive"]["rmse"]) == pytest.approx((115.25, 137.3289846))
    assert whole["naive"]["mase"] == pytest.approx(4.033376539)
    # by hand: sqrt(mean(e^2) / mean(diff(y, lag = 12)^2))
    assert whole["naive"]["rmsse"] == pytest.approx(
        137.3289846 / np.sqrt(np.mean((AIR[12:FIT] - AIR[: FIT - 12]) ** 2))
    )
    assert [row["horizon"] for row in rows[:25]] == [*range(1, 25), None]


def test_each_origin_knows_what_was_known_then_and_no_more() -> None:
    seen = []

    def ask(history: History, origin: int, horizon: int) -> dict[str, np.ndarray]:
        seen.append((origin, len(history.until(origin))))
        return repeated(history.until(origin), 1, horizon, ())

    rows = backtested([HISTORY], ask, horizon=20, levels=(), season=12, every=2)
    assert seen == [(0, 120), (2, 122), (4, 124)]
    assert rows[0]["n"] == 3
    assert rows[0]["pinball"] is None


def test_intervals_and_quantiles_are_scored_as_written_down() -> None:
    one = np.ones(3)
    bounds = {"prediction": 2 * one, "lower_80": 1 * one, "upper_80": 3 * one}
    scores = scores_of(Judged(np.array([2.0, 5.0, 0.5]), bounds, one, one), (80.0,))
    assert scores["coverage_80"] == pytest.approx(1 / 3)
    # the width, and 2 / alpha for each unit outside
    assert scores["interval_score_80"] == pytest.approx((2 + (2 + 20) + (2 + 5)) / 3)
    assert scores["pinball"] == pytest.approx(np.mean([[0.1, 0.4, 0.45], [0.1, 1.8, 0.25]]))


def test_a_history_is_dated_by_its_calendar_and_faults_have_their_rows() -> None:
    body = [b"time,value\n1958-12-01,337\n1959-01-01,360\n1959-03-01,406\n"]
    (history,) = read_history(body, "air.csv", MONTHS, ())
    assert (history.first, history.end, history.at(1)) == (0, 3, 360.0)
    assert np.isnan(history.at(2))
    assert observed_text(history, 3, MONTHS, ()) == "step,value\n1,360.0\n3,406.0\n"
    with pytest.raises(CommandError) as refused:
        read_history([b"time,value\n1959-01-15,1\n1959-02-01,x\n"], "air.csv", MONTHS, ())
    told = " ".join(map(str, refused.value.details))
    assert "Row 1: 1959-01-15" in told
    assert "Row 2: `value` must be a number, not x." in told
    with pytest.raises(CommandError) as refused:
        read_history([b"time,value\ncould not convert,1\n"], "air.csv", MONTHS, ())
    assert "must be a number" not in " ".join(map(str, refused.value.details))


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(CommandError, match="has 24 periods behind the end of the fit; a horizon of 25"):
        backtested([HISTORY], lambda *_: {}, horizon=25, levels=(), season=12)
    with pytest.raises(CommandError, match="can't be scaled"):
        backtested([History((), 1, AIR)], lambda *_: {}, horizon=2, levels=(), season=12)
