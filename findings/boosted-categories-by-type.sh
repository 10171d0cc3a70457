#!/usr/bin/env bash
# lightgbm 4.7.0, xgboost 3.2.0 and catboost 1.2.10 with pandas 3.1.1, fitted on a category of whole numbers.
# Expected: the same categories sent as texts, as CSV and many forms send them, are refused or understood by all three.
# Seen: xgboost refuses them; catboost understands them; lightgbm answers every one as it answers a missing value,
# without a word, though it refuses a column of plain numbers. As floats (10.0) it understands them; xgboost and catboost
# refuse them.
# For AnOps: the levels of the fit and their type are in the schema, and values reach a model in that type.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet pandas==3.1.1 numpy==2.4.6 scikit-learn==1.9.1 lightgbm==4.7.0 xgboost-cpu==3.2.0 catboost==1.2.10
"$place/v/bin/python" -W ignore - <<'PY'
import numpy as np, pandas as pd
from catboost import CatBoostRegressor
from lightgbm import LGBMRegressor
from xgboost import XGBRegressor

rng = np.random.default_rng(0)
rows = pd.DataFrame({"g": rng.choice([10, 20, 30], 300), "x": rng.normal(size=300)})
y = rows.g / 10 + rows.x
as_category = rows.assign(g=pd.Categorical(rows.g))
models = {
    "lightgbm": LGBMRegressor(n_estimators=60, verbose=-1).fit(as_category, y),
    "xgboost": XGBRegressor(n_estimators=60, enable_categorical=True).fit(as_category, y),
    "catboost": CatBoostRegressor(iterations=200, verbose=0, cat_features=["g"], allow_writing_files=False).fit(rows, y),
}

def answers(name, values):
    values = values if name == "catboost" else pd.Categorical(values)
    try:
        return models[name].predict(pd.DataFrame({"g": values, "x": 0.0})).round(1).tolist()
    except Exception as error:
        return type(error).__name__

seen = {name: [answers(name, values) for values in ([10, 20, 30], ["10", "20", "30"], [10.0, 20.0, 30.0])] for name in models}
for name, (own, texts, floats) in seen.items():
    print(f"{name}: whole numbers {own}, texts {texts}, floats {floats}")
right = [1.0, 2.0, 3.0]
gap = models["lightgbm"].predict(pd.DataFrame({"g": pd.Categorical([None], categories=[10, 20, 30]), "x": 0.0})).round(1)[0]
assert all(np.allclose(each[0], right, atol=0.1) for each in seen.values())
assert seen["lightgbm"][1] == [gap] * 3 and np.allclose(seen["lightgbm"][2], right, atol=0.1)
assert seen["xgboost"][1:] == ["XGBoostError"] * 2
assert seen["catboost"][1] == seen["catboost"][0] and seen["catboost"][2] == "CatBoostError"
PY
