"""The steps that fit a model for each series: `ao train` does them one by one, `python train.py` all at once.

Put your own data into series.csv.
"""

from __future__ import annotations

import joblib
import numpy as np
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoETS

FREQUENCY, PERIOD = "MS", 12
"""Months, by the names of pandas, and after how many of them the seasons repeat."""
IDS = {"id_col": "series", "time_col": "time", "target_col": "value"}


def load_data():
    """Read the series: a row for each of their values."""
    data = pd.read_csv("series.csv", dtype={"series": str}, parse_dates=["time"])
    return data.sort_values(["series", "time"], ignore_index=True)


def split_data(data):
    """Keep the last season out: the models are judged by it."""
    late = data.groupby("series").cumcount(ascending=False) < PERIOD
    return data[~late], data


def build_pipeline():
    """Return what is fitted to each series."""
    return StatsForecast(models=[AutoETS(season_length=PERIOD)], freq=FREQUENCY)


def train_model(pipeline, train):
    """Fit it."""
    return pipeline.fit(train, **IDS)


def evaluate(model, test):
    """Return the scaled error of a season ahead; below 1 is better than the last season."""
    seen = test.groupby("series")["value"]
    ahead = model.predict(h=PERIOD).merge(test, on=["series", "time"])
    errors = (ahead["AutoETS"] - ahead["value"]).abs().groupby(ahead["series"]).mean()
    scale = seen.apply(lambda values: np.abs(values.iloc[:-PERIOD].diff(PERIOD)).mean())
    return {"mase": float((errors / scale).mean())}


def save_model(model, path):
    """Save it, fitted to all there is."""
    joblib.dump(build_pipeline().fit(load_data(), **IDS), path)


if __name__ == "__main__":
    train, test = split_data(load_data())
    fitted = train_model(build_pipeline(), train)
    print(evaluate(fitted, test))
    save_model(fitted, "model.joblib")
