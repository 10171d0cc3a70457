#!/usr/bin/env bash
# formulaic 1.2.2 and patsy 1.0.3 under statsmodels 0.15.0, pandas 3.1.1.
# Expected: a fit with a categorical column refuses a level that it was not fitted with, and a number in its place, as R
# does and as statsmodels always did.
# Seen: that is patsy. Read by formulaic, a new level is answered as the first level is, with a warning; a column of
# numbers in its place is multiplied with every coefficient of the column, without one.
# For AnOps: levels are part of a model's schema, whatever has read the formula; both are refused before the model.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet statsmodels==0.15.0 patsy==1.0.3 formulaic==1.2.2 pandas==3.1.1
"$place/v/bin/python" - <<'PY'
import warnings
import pandas as pd, statsmodels.formula, statsmodels.formula.api as smf

fitted_on = pd.DataFrame({"g": list("aabbcc"), "y": [1.0, 1.2, 5.0, 5.2, 9.0, 9.2]})

def answers(engine, values):
    statsmodels.formula.options.formula_engine = engine
    fit = smf.ols("y ~ g", fitted_on).fit()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            got = fit.predict(pd.DataFrame({"g": values})).round(3).tolist()
        except Exception as error:
            return type(error).__name__
    return got, bool(told)

for values in (["a", "q"], [1.0, 2.0]):
    print(values, "patsy:", answers("patsy", values), "formulaic (answers, warned):", answers("formulaic", values))
assert answers("patsy", ["a", "q"]) == "PatsyError" and answers("patsy", [1.0, 2.0]) == "PatsyError"
assert answers("formulaic", ["a", "q"]) == ([1.1, 1.1], True)
got, warned = answers("formulaic", [1.0, 2.0])
assert got == [13.1, 25.1] and not warned, (got, warned)
PY
