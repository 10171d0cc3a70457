#!/usr/bin/env bash
# lifelines 0.30.3, AalenAdditiveFitter: predict_median() of three rows, the second missing a value.
# Expected: NaN for that row, as predict_expectation() and predict_survival_function() of the same fit give.
# Seen: its median is the first time of the data (1.0, the shortest survival there is), without a word: the row's
# survival curve is NaN, and what looks for the first time at which it is not above one half finds the first.
# For AnOps: the median of a row with a missing value is missing, whatever lifelines says of it.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet "pandas==2.3.3" lifelines==0.30.3
"$place/v/bin/python" -W ignore - <<'PY'
import numpy as np
from lifelines import AalenAdditiveFitter
from lifelines.datasets import load_rossi

data = load_rossi()
fit = AalenAdditiveFitter(coef_penalizer=1.0).fit(data, "week", "arrest")
rows = data.head(3).astype(float)
rows.loc[1, "age"] = np.nan
median, mean = fit.predict_median(rows), fit.predict_expectation(rows)
curve = fit.predict_survival_function(rows)
print("median:", median.tolist())
print("mean:", mean.round(2).tolist(), "curve of the second row, missing:", bool(curve[1].isna().all()))
assert median[1] == data.week.min() == 1.0 and np.isnan(mean[1]) and curve[1].isna().all()
PY
