#!/usr/bin/env bash
# xgboost 3.2.0 with pandas 3.1.1, fitted on a category whose levels have letters beyond ASCII.
# Expected: each level gets its own prediction, and the booster keeps the levels as they are.
# Seen: a level is cut after as many bytes as it has letters. `é` and `è` become the same byte, so the rows of a third
# level, `a`, are predicted as those of another, without a word; `höher, low, middle` are kept as `höhe, rlo, wmiddl`.
# For AnOps: levels that are not ASCII are not taken from a booster but from example rows.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet pandas==3.1.1 numpy==2.4.6 xgboost-cpu==3.2.0 pyarrow
"$place/v/bin/python" -W ignore - <<'PY'
import numpy as np, pandas as pd, xgboost

def fitted(levels):
    rows = pd.DataFrame({"g": pd.Categorical(levels * 3, categories=levels)})
    data = xgboost.DMatrix(rows, np.array([0.0, 10, 20] * 3), enable_categorical=True)
    booster = xgboost.train({"max_depth": 3, "min_child_weight": 0, "lambda": 0, "eta": 1}, data, 3)
    return booster, booster.predict(data)[:3].round(1).tolist()

_, plain = fitted(["e", "f", "a"])
_, accented = fitted(["é", "è", "a"])
longer, _ = fitted(["höher", "low", "middle"])
kept = longer.get_categories(export_to_arrow=True).to_arrow()[0][1].to_pylist()
print(f"e, f, a: {plain}; é, è, a: {accented}; höher, low, middle are kept as {kept}")
assert plain == [0, 10, 20] and accented == [0, 10, 0] and kept == ["höhe", "rlo", "wmiddl"]
PY
