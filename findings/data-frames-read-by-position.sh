#!/usr/bin/env bash
# glum 3.4.1, ngboost 0.5.11 and lightgbm 4.7.0: fitted on a DataFrame, asked with its columns in another order.
# Expected: models that keep the names of their columns (feature_names_, feature_name()) use them, or refuse the frame,
# as scikit-learn, xgboost and catboost do.
# Seen: all three take the columns by position and answer, without a word.
# For AnOps: the worker hands a frame over in the order of the fitting, whatever the order of the request.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet "pandas==2.3.3" scikit-learn==1.9.1 glum==3.4.1 ngboost==0.5.11 lightgbm==4.7.0
"$place/v/bin/python" - 2>/dev/null <<'PY'
import lightgbm, numpy as np, pandas as pd
from glum import GeneralizedLinearRegressor
from ngboost import NGBRegressor

rng = np.random.default_rng(3)
x = pd.DataFrame({"a": rng.normal(size=300), "b": rng.normal(size=300)})
y = 5 * x.a + x.b
ask = pd.DataFrame({"a": [1.0], "b": [0.0]})
for name, model in (
    ("glum", GeneralizedLinearRegressor(family="normal", alpha=0).fit(x, y)),
    ("ngboost", NGBRegressor(n_estimators=100, verbose=False, random_state=0).fit(x, y)),
    ("lightgbm", lightgbm.LGBMRegressor(n_estimators=50, verbose=-1).fit(x, y).booster_),
):
    right, swapped = float(model.predict(ask)[0]), float(model.predict(ask[["b", "a"]])[0])
    print(f"{name}: {right:.2f} in the order of the fitting, {swapped:.2f} in the other")
    assert abs(right - swapped) > 1
PY
