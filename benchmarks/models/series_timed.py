"""Times the libraries' own calls: python series_timed.py call|update|panel FILE SECONDS."""

import statistics
import sys
import time

import joblib
import numpy as np
import pandas as pd

kind, file, seconds = sys.argv[1:]
model = joblib.load(file)
future = np.random.default_rng(1).normal(size=(12, 2))


def call() -> None:
    """Forecast, with both intervals."""
    found = model.get_forecast(12, exog=future)
    found.summary_frame(alpha=0.2)
    found.summary_frame(alpha=0.05)


def update() -> None:
    """Take in an observation."""
    model.append(pd.Series([300.0], index=pd.date_range("2022-01-01", periods=1, freq="MS"), name="sales"))


def panel() -> None:
    """Forecast all series."""
    model.predict(h=12, level=[80, 95])


once = {"call": call, "update": update, "panel": panel}[kind]
once()
times: list[float] = []
end = time.monotonic() + float(seconds)
while time.monotonic() < end or len(times) < 3:
    begun = time.perf_counter()
    once()
    times.append(time.perf_counter() - begun)
sys.stdout.write(f"{statistics.mean(times)} {statistics.median(times)} {len(times)}")
