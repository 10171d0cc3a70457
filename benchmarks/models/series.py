"""Fits the models of time series that are measured: python series.py FOLDER."""

import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from statsmodels.tsa.statespace.sarimax import SARIMAX

random = np.random.default_rng(1)
months = pd.date_range("2010-01-01", periods=144, freq="MS")
steps = np.arange(144)
regressors = pd.DataFrame(random.normal(size=(144, 2)), index=months, columns=["promo", "price"])
sales = 100 + steps + 20 * np.sin(steps * np.pi / 6) + regressors @ [3, -5] + random.normal(size=144)
order = {"order": (1, 1, 1), "seasonal_order": (0, 1, 1, 12)}
fitted = SARIMAX(sales.rename("sales"), exog=regressors, **order).fit(disp=False)
joblib.dump(fitted, Path(sys.argv[1], "sarimax.joblib"))
joblib.dump(SARIMAX(sales.rename("sales"), **order).fit(disp=False), Path(sys.argv[1], "plain.joblib"))
