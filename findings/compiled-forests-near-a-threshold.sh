#!/usr/bin/env bash
# treelite 4.8.1 and m2cgen 0.10.0 on trees of scikit-learn 1.9.1.
# Expected: a forest imported by treelite, or written out as code by m2cgen, predicts what scikit-learn predicts.
# Seen: rows whose value lies within float32's rounding of a threshold go the other way, without a word: scikit-learn
# rounds its input to float32 before it compares, the other two compare the float64 that they are given. With float32
# handed over, treelite agrees in every row.
# For AnOps: a forest is asked through its own library, never through a compiled twin; who converts one must round first.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet numpy==2.4.6 scikit-learn==1.9.1 treelite==4.8.1 m2cgen==0.10.0
"$place/v/bin/python" - <<'PY'
import m2cgen, numpy as np, treelite
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor

rng = np.random.default_rng(0)
x = rng.normal(size=(300, 2))
y = x[:, 0] + rng.normal(size=300) * 0.1
forest = RandomForestRegressor(20, random_state=0).fit(x, y)
compiled = treelite.sklearn.import_model(forest)
thresholds = np.unique(np.concatenate([t.tree_.threshold[t.tree_.feature == 0] for t in forest.estimators_]))
rows = np.column_stack([np.nextafter(thresholds, np.inf), np.zeros(len(thresholds))])
own = forest.predict(rows)
as_double = np.asarray(treelite.gtil.predict(compiled, rows)).ravel()
as_single = np.asarray(treelite.gtil.predict(compiled, rows.astype(np.float32))).ravel()
other, same = int((abs(own - as_double) > 1e-6).sum()), int((abs(own - as_single) > 1e-6).sum())
print(f"treelite: of {len(rows)} rows beside a threshold, {other} differ as float64 (by up to {abs(own - as_double).max():.3f}), {same} as float32")
tree = DecisionTreeRegressor(random_state=0).fit(x, y)
code: dict = {}
exec(m2cgen.export_to_python(tree), code)
at = tree.tree_.threshold[tree.tree_.feature == 0]
rows = np.column_stack([np.nextafter(at, np.inf), np.zeros(len(at))])
written = np.array([code["score"](list(row)) for row in rows])
differ = int((abs(tree.predict(rows) - written) > 1e-9).sum())
print(f"m2cgen: of {len(rows)} rows, {differ} differ")
assert other > 10 and same == 0 and differ > 10
PY
