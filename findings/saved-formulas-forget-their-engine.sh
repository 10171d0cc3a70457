#!/usr/bin/env bash
# statsmodels 0.15.0, patsy 1.0.3, formulaic 1.2.2, pandas 3.1.1.
# Expected: a fit predicts the same after it was saved and loaded in a new process.
# Seen: a fit whose formula was read by formulaic predicts other values where it is loaded, without a word: the pickle
# holds the formula as text, which is read again by the engine that the new process has set, patsy by default. The
# scale() of the one divides by n - 1, that of the other by n; the coefficients are those of the first.
# For AnOps: the design matrix that a fit keeps is compared with the one that its formula gives after loading, and the
# other engine is set where only that one gives it.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet statsmodels==0.15.0 patsy==1.0.3 formulaic==1.2.2 pandas==3.1.1
cat >"$place/fit.py" <<'PY'
import sys
import numpy as np, pandas as pd, statsmodels.formula, statsmodels.formula.api as smf

def main():
    statsmodels.formula.options.formula_engine = "formulaic"
    x = np.arange(12.0)
    fit = smf.ols("y ~ scale(x)", pd.DataFrame({"x": x, "y": 3 * x + np.sin(x)})).fit()
    fit.save(sys.argv[1])
    print(f"{fit.predict(pd.DataFrame({'x': [0.0]})).iloc[0]:.4f}")

main()
PY
cat >"$place/ask.py" <<'PY'
import sys
import pandas as pd, statsmodels.formula
from statsmodels.iolib.smpickle import load_pickle

def main():
    if len(sys.argv) > 2:
        statsmodels.formula.options.formula_engine = sys.argv[2]
    print(f"{load_pickle(sys.argv[1]).predict(pd.DataFrame({'x': [0.0]})).iloc[0]:.4f}")

main()
PY
cd "$place"
fitted=$(v/bin/python fit.py model.pkl); loaded=$(v/bin/python ask.py model.pkl); told=$(v/bin/python ask.py model.pkl formulaic)
echo "x = 0 where it was fitted: $fitted; loaded in a new process: $loaded; there with the engine set: $told"
[ "$fitted" = "$told" ] && [ "$fitted" != "$loaded" ]
