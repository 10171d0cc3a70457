"""A panel of models forecasts each row from its own series, and paths do not depend on who else asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from anops_worker.families import family_of
from anops_worker.families.named_columns import NamedColumns
from anops_worker.forecasts.family import forecast_family
from anops_worker.forecasts.forecaster import Contract, Series
from anops_worker.forecasts.state_space import StateSpace
from statsmodels.tsa.statespace.sarimax import SARIMAX

if TYPE_CHECKING:
    from anops_worker.forecasts.forecaster import Forecaster, Key

INDEX = pd.date_range("2020-01-01", periods=36, freq="MS")
RANDOM = np.random.default_rng(2)
FITS = {
    shop: SARIMAX(pd.Series(level + RANDOM.normal(size=36), index=INDEX), order=(1, 0, 0), trend="c").fit(
        disp=0, maxiter=5
    )
    for shop, level in (("10", 100.0), ("9", 200.0))
}


class Shops(Series):
    """A model for each shop."""

    simulates = updates = True
    keys = {"shop": ["10", "9"]}  # noqa: RUF012  as the protocol has it

    def contract(self) -> Contract:
        """Return nothing."""
        return Contract(keys=("shop",))

    def of(self, key: Key, variant: str | None) -> Forecaster:
        """Return the model of a shop."""
        del variant
        return StateSpace(FITS[key[0]])


def asked(rows: pd.DataFrame, **options: object) -> pd.DataFrame:
    answer = forecast_family(Shops()).predict(rows, options)
    assert isinstance(answer, NamedColumns)
    return answer.to_pandas()


@pytest.mark.filterwarnings("ignore")
def test_rows_are_forecast_from_their_own_series_in_any_order() -> None:
    rows = pd.DataFrame({"shop": ["9", "10", "9", "10", "9"], "step": [2, 1, 1, 3, 1]})
    answer = asked(rows, level=[80])["prediction"]
    expected = {shop: np.asarray(fit.forecast(3)) for shop, fit in FITS.items()}
    assert list(answer) == pytest.approx([expected[row.shop][row.step - 1] for row in rows.itertuples()])
    later = asked(rows, observed="shop,step,value\n9,1,250\n")["prediction"]
    moved = FITS["9"].append(pd.Series([250.0], index=[INDEX[-1] + pd.DateOffset(months=1)]), refit=False).forecast(2)
    assert list(later[[1, 3]]) == pytest.approx(list(answer[[1, 3]]))
    assert list(later[[2, 0]]) == pytest.approx(list(moved))


@pytest.mark.filterwarnings("ignore")
def test_paths_of_a_seed_are_the_same_however_far_another_request_looks() -> None:
    alone = asked(pd.DataFrame({"shop": ["9", "9"], "step": [1, 2]}), simulate=3, seed=5)
    beside = asked(pd.DataFrame({"shop": ["9", "9", "9", "10"], "step": [1, 2, 30, 4]}), simulate=3, seed=5)
    pd.testing.assert_frame_equal(alone, beside.iloc[:2])
    assert not alone.equals(asked(pd.DataFrame({"shop": ["9", "9"], "step": [1, 2]}), simulate=3, seed=6))


@pytest.mark.filterwarnings("ignore")
def test_intervals_that_are_drawn_are_answered_for_each_request_alone() -> None:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # noqa: PLC0415

    series = pd.Series(100 + RANDOM.normal(size=36), index=INDEX)
    drawn = family_of(ETSModel(series, error="mul").fit(disp=0, maxiter=2)).series
    assert drawn is not None
    assert drawn.draws
