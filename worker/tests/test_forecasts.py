"""Models of series of statsmodels forecast as the library does, and move on with what is observed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from anops_worker.families import family_of, predict
from anops_worker.forecasts.indexes import frequency_with_gaps
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.stl import STLForecast
from statsmodels.tsa.holtwinters import ExponentialSmoothing, SimpleExpSmoothing
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents

RANDOM = np.random.default_rng(1)
INDEX = pd.date_range("2015-01-01", periods=48, freq="MS")
VALUES = 100 + 2 * np.arange(48) + 10 * np.sin(np.arange(48) * np.pi / 6) + RANDOM.normal(size=48)
Y = pd.Series(VALUES, index=INDEX, name="sales")
LATER = pd.Series([210.0, 214, 219], index=pd.date_range("2019-01-01", periods=3, freq="MS"), name="sales")
WHOLE = pd.concat([Y, LATER]).asfreq("MS")
OBSERVED = "step,value\n3,219\n1,210\n2,214\n"
STEPS = pd.DataFrame({"step": [3, 1]})
SEASONS: dict[str, Any] = {"trend": "add", "seasonal": "add", "seasonal_periods": 12}


FITS: dict[str, Any] = {
    "sarimax": lambda: SARIMAX(Y, order=(1, 0, 0), trend="ct").fit(disp=0),
    "arima": lambda: ARIMA(Y, order=(1, 0, 0), trend="ct").fit(),
    "components": lambda: UnobservedComponents(Y, "lltrend").fit(disp=0),
    "ets": lambda: ETSModel(Y, error="add", **SEASONS).fit(disp=0),
    "multiplicative": lambda: ETSModel(Y, error="mul", trend="add").fit(disp=0),
    "simple": lambda: SimpleExpSmoothing(Y, initialization_method="estimated").fit(),
    "seasonal": lambda: ExponentialSmoothing(Y, **SEASONS).fit(),
}
"""How a model of each family is fitted."""


def further(model: Any) -> Any:
    """Move a model on as its library does."""
    if hasattr(model, "append"):
        return model.append(LATER, refit=False)
    if isinstance(model.model, ETSModel):
        kind = {name: getattr(model.model, name) for name in ("error", "trend", "seasonal", "seasonal_periods")}
        return ETSModel(WHOLE, **kind).smooth(model.params)
    seasons = SEASONS if model.model.seasonal else {}
    parameters = {
        name: model.params[name]
        for name in ("smoothing_level", "smoothing_trend", "smoothing_seasonal")
        if not np.isnan(model.params[name])
    }
    anew = ExponentialSmoothing(WHOLE, **seasons, initialization_method="known", **initial(model))
    return anew.fit(optimized=False, **parameters)


def initial(model: Any) -> dict[str, Any]:
    """Return the states that exponential smoothing begins with."""
    if not model.model.seasonal:
        return {"initial_level": model.params["initial_level"]}
    return {
        "initial_level": model.params["initial_level"],
        "initial_trend": model.params["initial_trend"],
        "initial_seasonal": model.params["initial_seasons"],
    }


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("use_boxcox", [False, True])
def test_a_bias_that_was_removed_is_that_of_the_fit_for_ever(use_boxcox: bool) -> None:
    model = ExponentialSmoothing(Y, **SEASONS, use_boxcox=use_boxcox, initialization_method="estimated")
    smoothing = {"smoothing_level": 0.3, "smoothing_trend": 0.1, "smoothing_seasonal": 0.2}
    fitted, plain = (model.fit(optimized=False, remove_bias=remove, **smoothing) for remove in (True, False))
    bias = float((fitted.forecast(1) - plain.forecast(1)).iloc[0])
    assert abs(bias) > 0.01
    moved = np.ravel(predict(fitted, STEPS, observed=OBSERVED))  # type: ignore[call-overload]
    unmoved = np.ravel(predict(plain, STEPS, observed=OBSERVED))  # type: ignore[call-overload]
    assert list(moved) == pytest.approx(list(unmoved + bias), rel=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FITS)
def test_a_family_forecasts_and_moves_on_as_its_library_does(name: str) -> None:
    model = FITS[name]()
    for now, options in ((model, {}), (further(model), {"observed": OBSERVED})):
        expected = np.asarray(now.forecast(3))[[2, 0]]
        answer = predict(model, STEPS, **options)
        assert list(np.ravel(answer)) == pytest.approx(list(expected), rel=1e-8)  # type: ignore[call-overload]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["sarimax", "ets", "multiplicative"])
def test_intervals_are_those_of_the_library_and_the_same_again(name: str) -> None:
    model = FITS[name]()
    answer: Any = predict(model, STEPS, level=[95, 80])
    assert list(answer.columns) == ["prediction", "lower_80", "upper_80", "lower_95", "upper_95"]
    if name == "sarimax":
        expected = model.get_forecast(3).conf_int(alpha=0.2).to_numpy()[[2, 0]]
    else:
        found = model.get_prediction(start=48, end=50, rng=1).summary_frame(alpha=0.2)
        expected = found[["pi_lower", "pi_upper"]].to_numpy()[[2, 0]]
    assert answer[["lower_80", "upper_80"]].to_numpy() == pytest.approx(expected, rel=1e-10)
    pd.testing.assert_frame_equal(answer, predict(model, STEPS, level=[95, 80]))  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore")
def test_a_series_without_its_seasons_forecasts_with_them() -> None:
    arima = STLForecast(Y, ARIMA, model_kwargs={"order": (1, 1, 0)}).fit()
    answer: Any = predict(arima, STEPS, level=[80])
    bounds = arima.get_prediction(48, 50).conf_int(alpha=0.2).to_numpy()
    expected = np.column_stack([arima.forecast(3), bounds])[[2, 0]]
    assert answer.to_numpy() == pytest.approx(expected, rel=1e-10)
    assert list(family_of(arima).options) == ["level"]
    smooth = STLForecast(Y, SimpleExpSmoothing, model_kwargs={"initialization_method": "estimated"}).fit()
    assert list(np.ravel(predict(smooth, STEPS))) == pytest.approx(list(np.asarray(smooth.forecast(3))[[2, 0]]))  # type: ignore[call-overload]
    assert not family_of(smooth).options


@pytest.mark.filterwarnings("ignore")
def test_a_gap_is_gone_across_or_refused() -> None:
    gap = "step,value\n2,214\n"
    across = FITS["sarimax"]().append(LATER[:2].where([False, True]), refit=False)
    answer: Any = predict(FITS["sarimax"](), STEPS, observed=gap)
    assert list(np.ravel(answer)) == pytest.approx(list(np.asarray(across.forecast(3))[[2, 0]]))
    with pytest.raises(ValueError, match="no observation at step 1"):
        predict(FITS["ets"](), STEPS, observed=gap)
    assert "level" not in family_of(FITS["seasonal"]()).options


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", [ARIMA, SARIMAX])
def test_regressors_go_by_their_names(kind: Any) -> None:
    given = pd.DataFrame({"promo": RANDOM.normal(size=48), "temp": RANDOM.normal(size=48)}, index=INDEX)
    model = kind(Y, exog=given, order=(1, 0, 0), trend="t").fit()
    rows = pd.DataFrame({"temp": [1.0, 2.0, 3.0], "step": [2, 1, 3], "promo": [4.0, 5.0, 6.0]})
    future = [[5.0, 2.0], [4.0, 1.0], [6.0, 3.0]]
    assert list(np.ravel(predict(model, rows))) == pytest.approx(  # type: ignore[call-overload]
        list(np.asarray(model.forecast(3, exog=future))[[1, 0, 2]])
    )
    seen = pd.DataFrame({"promo": [1.0, 2.0, 3.0], "temp": [0.0, 1.0, 0.0]}, index=LATER.index)
    observed = "step,temp,promo,value\n1,0,1,210\n2,1,2,214\n3,0,3,219\n"
    moved = model.append(LATER, exog=seen, refit=False)
    assert list(np.ravel(predict(model, rows, observed=observed))) == pytest.approx(  # type: ignore[call-overload]
        list(np.asarray(moved.forecast(3, exog=future))[[1, 0, 2]])
    )


@pytest.mark.filterwarnings("ignore")
def test_a_gap_needs_no_regressors_and_an_observation_does() -> None:
    given = pd.DataFrame({"promo": RANDOM.normal(size=48)}, index=INDEX)
    model = SARIMAX(Y, exog=given, order=(1, 1, 0)).fit(disp=0, maxiter=5)
    rows = pd.DataFrame({"step": [1, 2], "promo": [1.0, 2.0]})
    seen = pd.DataFrame({"promo": [1.0, -99.0, 3.0]}, index=LATER.index)
    moved = model.append(LATER.where([True, False, True]), exog=seen, refit=False)
    answer = predict(model, rows, observed="step,value,promo\n1,210,1\n3,219,3\n")
    assert list(np.ravel(answer)) == pytest.approx(list(moved.forecast(2, exog=[[1.0], [2.0]])))  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="`promo` is missing in the observations at step 1"):
        predict(model, rows, observed="step,value,promo\n1,210,\n3,219,3\n")


def test_dates_of_which_some_are_missing_have_a_frequency() -> None:
    days = pd.date_range("2024-01-01", periods=60)
    assert frequency_with_gaps(days.delete([7, 30])) == "D"
    assert frequency_with_gaps(pd.bdate_range("2024-01-01", periods=60).delete([2])) == "B"
    assert frequency_with_gaps(pd.date_range("2024-01-07", periods=60, freq="W-SUN").delete([2, 3])) == "W-SUN"
    assert frequency_with_gaps(pd.date_range("2024-01-31", periods=30, freq="ME").delete([5])) == "ME"
    assert frequency_with_gaps(pd.date_range("2024-01-01", periods=60, freq="15min").delete([5])) == "15min"
    assert frequency_with_gaps(days[[0, 3, 5, 9, 13, 20]]) is None


@pytest.mark.parametrize(
    ("index", "frequency", "last"),
    [
        (pd.period_range("2020-01", periods=24, freq="M"), "MS", "2021-12-01"),
        (pd.period_range("2020Q1", periods=24, freq="Q-DEC"), "QS", "2025-10-01"),
        (pd.date_range("2020-01-31", periods=24, freq="ME"), "ME", "2021-12-31"),
        (pd.date_range("2020-01-06", periods=53, freq="W-MON"), "W-MON", "2021-01-04"),
        (pd.date_range("2026-03-28", periods=30, freq="h", tz="Europe/Berlin"), "h", "2026-03-29T06:00:00+02:00"),
        (pd.RangeIndex(24), None, None),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_the_calendar_is_that_of_the_data(index: Any, frequency: str | None, last: str | None) -> None:
    series = pd.Series(np.arange(len(index)) % 7 + 0.5, index=index, name="demand")
    forecaster = family_of(SARIMAX(series, order=(1, 0, 0)).fit(disp=0, maxiter=2)).series
    assert forecaster is not None
    contract = forecaster.contract()
    assert (contract.frequency, contract.last, contract.value) == (frequency, last, "demand")
