#!/usr/bin/env bash
# linearmodels 7.1, lifelines 0.30.3 and statsmodels 0.15.0: predict() of a model by formula, one of four rows missing a value.
# Expected: four predictions, the third NaN (as statsmodels gives).
# Seen: linearmodels answers three rows, their index the only sign; lifelines raises "Length of values (3) does not match
# length of index (4)", which names neither the row nor that a value is missing. Both read formulas by formulaic, which
# drops rows with missing values unless told otherwise; with its default an unseen level becomes the reference level,
# with a warning and no error.
# For AnOps: rows out must be rows in is checked for every answer, and a missing value is refused before such a model sees it.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet "pandas==2.3.3" formulaic==1.2.2 linearmodels==7.1 lifelines==0.30.3 statsmodels==0.15.0
"$place/v/bin/python" - <<'PY'
import warnings

import numpy as np, pandas as pd, statsmodels.formula.api as smf
from formulaic import model_matrix
from lifelines import CoxPHFitter
from linearmodels.iv import IV2SLS

rng = np.random.default_rng(2)
d = pd.DataFrame({"x": rng.normal(size=90), "k": rng.normal(size=90), "g": np.tile(list("abc"), 30)})
d["y"] = d.x + d.k + rng.normal(size=90) * 0.1
d["days"], d["event"] = rng.exponential(size=90), 1
new = pd.DataFrame({"x": [0.0, 1.0, np.nan, 2.0], "k": 1.0, "g": ["a", "b", "a", "zz"]})
iv = IV2SLS.from_formula("y ~ 1 + x + k", d).fit().predict(data=new)
print("linearmodels:", iv.shape[0], "rows of 4, index", list(iv.index))
ols = smf.ols("y ~ x + k", d).fit().predict(new)
print("statsmodels:", len(ols), "rows, missing:", ols.isna().tolist())
try:
    CoxPHFitter().fit(d, "days", "event", formula="x + k").predict_partial_hazard(new)
    raised = ""
except ValueError as error:
    raised = str(error)
print("lifelines:", raised)
spec = model_matrix("~ C(g)", d).model_spec
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    unseen = np.asarray(spec.get_model_matrix(pd.DataFrame({"g": ["a", "zz"]}))).tolist()
print("formulaic, level a and an unseen one:", unseen, "warnings:", len(told))
assert iv.shape[0] == 3 and len(ols) == 4 and "(3) does not match length of index (4)" in raised
assert unseen[0] == unseen[1] and told
PY
