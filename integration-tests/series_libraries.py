"""Holds what AnOps forecasts with models of a library to what the library itself forecasts.

It is a program of its own, series_libraries.py LIBRARY, run by a Python that has the libraries and anops-worker.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd
from anops_worker.families import family_of, predict

warnings.simplefilter("ignore")
RANDOM = np.random.default_rng(0)
MONTHS = pd.date_range("2018-01-01", periods=60, freq="MS")
AHEAD = pd.date_range("2023-01-01", periods=3, freq="MS")
STEPS = pd.DataFrame({"step": [3, 1, 2]})


def values(number: int = 0) -> np.ndarray:
    """Return a series with a trend and a season."""
    steps = np.arange(60)
    return 100 + number * 10 + steps * 0.5 + 10 * np.sin(steps * np.pi / 6 + number) + RANDOM.normal(size=60)


def regressors(index: pd.Index) -> pd.DataFrame:
    """Return two regressors."""
    return pd.DataFrame({"promo": RANDOM.normal(size=60), "temp": RANDOM.normal(size=60)}, index=index)


def ordered(future: pd.DataFrame, series: str) -> np.ndarray:
    """Return the regressors of a series by its steps, in the order of the fit."""
    return future[future["unique_id"] == series].sort_values("step")[["promo", "temp"]].to_numpy()


def near(one: object, other: object) -> None:
    """Assert that numbers are the same."""
    np.testing.assert_allclose(np.asarray(one, dtype=float).ravel(), np.asarray(other, dtype=float).ravel(), rtol=1e-8)


def statsforecast() -> None:
    """Panels: ids that look like numbers, several models, regressors in another order, observations of one series."""
    from statsforecast import StatsForecast
    from statsforecast.models import ARIMA, AutoETS, AutoTheta, Naive, SeasonalNaive

    plain = pd.concat(
        [pd.DataFrame({"unique_id": each, "ds": MONTHS, "y": values(i)}) for i, each in enumerate(["10", "9", "b"])]
    )
    rows = pd.DataFrame({"unique_id": ["b", "10", "9", "b"], "step": [3, 1, 2, 1]})
    for models in (
        [ARIMA(order=(1, 0, 0), include_drift=True)],
        [AutoETS(season_length=12), SeasonalNaive(12)],
        [AutoTheta(12)],
        [Naive()],
    ):
        fitted = StatsForecast(models=models, freq="MS").fit(plain)
        own = fitted.predict(h=3, level=[80, 95.5]).set_index(["unique_id", "ds"])
        places = [(row.unique_id, AHEAD[row.step - 1]) for row in rows.itertuples()]
        for model in models:
            name = repr(model)
            options = {"forecaster": name} if len(models) > 1 else {}
            found = predict(fitted, rows, level=[80, 95.5], **options)
            columns = [name, f"{name}-lo-80", f"{name}-hi-80", f"{name}-lo-95.5", f"{name}-hi-95.5"]
            near(found, own.loc[places, columns])
    series = family_of(fitted).series
    assert series.contract().section(updates=True) == {
        "frequency": "MS", "last": "2022-12-01", "value": "value", "keys": ["unique_id"], "updates": True
    }  # fmt: skip

    given = {each: regressors(MONTHS) for each in "ab"}
    data = pd.concat(
        [
            pd.DataFrame(
                {"unique_id": each, "ds": MONTHS, "y": values() + 3 * x["promo"].to_numpy() - 5 * x["temp"].to_numpy()}
            ).join(x.reset_index(drop=True))
            for each, x in given.items()
        ]
    )
    fitted = StatsForecast(models=[ARIMA(order=(1, 0, 0), include_drift=True)], freq="MS").fit(data)
    future = pd.DataFrame(
        {
            "temp": [1.0, 2, 3, 4, 5, 6],
            "unique_id": [*"bbbaaa"],
            "step": [3, 1, 2, 1, 2, 3],
            "promo": [0.0, 1, 0, 1, 0, 1],
        }
    )
    dated = future.assign(ds=[AHEAD[step - 1] for step in future["step"]])[["unique_id", "ds", "promo", "temp"]]
    own = fitted.predict(h=3, X_df=dated).set_index(["unique_id", "ds"])
    near(predict(fitted, future), own.loc[list(zip(dated["unique_id"], dated["ds"], strict=True)), "ARIMA"])
    seen = "unique_id,step,value,temp,promo\nb,2,120,1,0\nb,1,118,0,1\n"
    moved = fitted.fitted_[1, 0].forward(
        y=np.append(data.loc[data["unique_id"] == "b", "y"], [118, 120]),
        h=3,
        X=np.vstack([given["b"], [1, 0], [0, 1]]),
        X_future=ordered(future, "b"),
    )["mean"]
    answer = np.asarray(predict(fitted, future, observed=seen)).ravel()
    near(answer[[1, 2, 0]], moved)
    near(answer[3:], own.loc["a", "ARIMA"])

    early = pd.concat([data[data["unique_id"] == "a"], data[data["unique_id"] == "b"][:-2]])
    fitted = StatsForecast(models=[ARIMA(order=(1, 0, 0))], freq="MS").fit(early)
    told = fitted.fitted_[1, 0].predict(h=5, X=np.vstack([np.full((2, 2), 99), ordered(future, "b")]))["mean"]
    near(predict(fitted, future[future["unique_id"] == "b"]), np.asarray(told)[[4, 2, 3]])

    short = pd.concat([plain[plain["unique_id"] == "9"], plain[plain["unique_id"] == "b"][:-2]])
    fitted = StatsForecast(models=[Naive()], freq="ME").fit(short)  # a wrong frequency, which it does not notice
    series = family_of(fitted).series
    assert (series.contract().frequency, series.contract().last) == ("MS", "2022-12-01")
    assert "`b` end before" in series.notes[0]
    alone = AutoTheta(12).fit(values())
    near(predict(alone, STEPS), alone.predict(h=3)["mean"][[2, 0, 1]])


def pmdarima() -> None:
    """ARIMA with and without regressors, a pipeline, and observations without a fit."""
    import pmdarima as pm
    from pmdarima.pipeline import Pipeline
    from pmdarima.preprocessing import BoxCoxEndogTransformer, FourierFeaturizer

    y, x = pd.Series(values(), index=MONTHS, name="sales"), regressors(MONTHS)
    fits = [
        pm.ARIMA(order=(1, 1, 1), seasonal_order=(0, 1, 1, 12)).fit(y),
        pm.ARIMA(order=(1, 0, 0)).fit(y, X=x),
        pm.ARIMA(order=(1, 0, 0)).fit(y.to_numpy(), X=x.to_numpy()),
        pm.AutoARIMA(seasonal=False, maxiter=5).fit(y),
        Pipeline([("boxcox", BoxCoxEndogTransformer()), ("arima", pm.ARIMA(order=(1, 1, 0)))]).fit(y),
        Pipeline([("fourier", FourierFeaturizer(m=12, k=2)), ("arima", pm.ARIMA(order=(1, 0, 0)))]).fit(y.to_numpy()),
    ]
    for model in fits:
        names = list(family_of(model).series.regressors)
        rows = STEPS.assign(**{name: [i + 1.0, 2, 3] for i, name in enumerate(names)}).iloc[:, ::-1]
        future = rows.sort_values("step")[names]
        given = {"X": future if "promo" in names else future.to_numpy()} if names else {}
        mean, bounds = model.predict(n_periods=3, return_conf_int=True, alpha=0.2, **given)
        found = predict(model, rows, level=[80])
        near(found["prediction"], np.asarray(mean)[[2, 0, 1]])
        near(found[["lower_80", "upper_80"]], bounds[[2, 0, 1]])
    assert family_of(fits[1]).series.regressors == ("promo", "temp")
    assert family_of(fits[0]).series.contract().last == "2022-12-01"
    more = pd.Series([130.0, 140.0], index=AHEAD[:2])
    own = fits[0].arima_res_.append(more.rename(fits[0].arima_res_.model.data.orig_endog.name), refit=False).forecast(3)
    near(predict(fits[0], STEPS, observed="step,value\n2,140\n1,130\n"), np.asarray(own)[[2, 0, 1]])


def prophet() -> None:
    """Rows that prophet would sort, a regressor, logistic growth, seeds."""
    from prophet import Prophet

    days = pd.date_range("2024-01-01", periods=200, freq="D")
    data = pd.DataFrame({"ds": days, "y": 10 + np.arange(200) * 0.1 + RANDOM.normal(size=200), "cap": 50.0})
    data["promo"] = RANDOM.normal(size=200)
    with_promo = Prophet()
    with_promo.add_regressor("promo")
    for model in (with_promo.fit(data), Prophet(growth="logistic").fit(data)):
        names = family_of(model).series.regressors
        rows = STEPS.assign(**{name: [1.0, 2, 3] if name == "promo" else 60.0 for name in names})
        dated = rows.assign(ds=pd.to_datetime(["2024-07-21", "2024-07-19", "2024-07-20"]))
        np.random.seed(3)  # noqa: NPY002  what prophet draws by
        own = model.predict(dated).set_index("ds").loc[dated["ds"]]
        near(predict(model, rows, level=[80], seed=3), own[["yhat", "yhat_lower", "yhat_upper"]])
        assert predict(model, rows, simulate=2, seed=1).equals(predict(model, rows, simulate=2, seed=1))
    assert family_of(model).series.contract().last == "2024-07-18"
    gaps = Prophet().fit(data.drop(index=[5, 90, 91]))
    near(
        predict(gaps, STEPS)["prediction"], gaps.predict(dated[["ds"]].sort_values("ds"))["yhat"].to_numpy()[[2, 0, 1]]
    )


def sktime() -> None:
    """Forecasters with periods, regressors, and without intervals; a panel is refused with the reason."""
    from anops_worker.libraries.finding import library_named
    from sktime.forecasting.arima import ARIMA
    from sktime.forecasting.naive import NaiveForecaster
    from sktime.forecasting.theta import ThetaForecaster
    from sktime.forecasting.trend import TrendForecaster

    periods = pd.period_range("2018-01", periods=60, freq="M")
    y, x = pd.Series(values(), index=periods, name="sales"), regressors(periods)
    for model, given in (
        (NaiveForecaster(sp=12), None),
        (ThetaForecaster(sp=12), None),
        (ARIMA((1, 0, 0)), x),
        (TrendForecaster(), None),
    ):
        model.fit(y, X=given)
        series = family_of(model).series
        names = list(series.regressors)
        rows = pd.DataFrame({"step": [1, 2, 3]}).assign(**{name: [1.0, 2, 3] for name in names}).iloc[:, ::-1]
        more = {} if given is None else {"X": rows[names].set_axis(periods[-1] + np.arange(1, 4))}
        found = np.asarray(predict(model, rows, **({"level": [80, 95]} if series.levels else {})))
        near(found.reshape(3, -1)[:, 0], model.predict(fh=[1, 2, 3], **more))
        if series.levels:
            near(found[:, 1:3], model.predict_interval(fh=[1, 2, 3], coverage=0.8, **more))
            near(found[:, 3:5], model.predict_interval(fh=[1, 2, 3], coverage=0.95, **more))
        assert series.contract().last == "2022-12-01"
    index = pd.MultiIndex.from_product([["a", "b"], periods])
    several = NaiveForecaster().fit(pd.DataFrame({"y": np.arange(120.0)}, index=index))
    assert "several series" in library_named("sktime").why_refused(several)


globals()[sys.argv[1]]()
