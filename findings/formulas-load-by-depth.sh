#!/usr/bin/env bash
# statsmodels 0.15.0 with patsy 1.0.3, and with formulaic 1.2.2; pandas 3.1.1.
# Expected: pickle.loads() gives a fitted model of a formula back wherever it is called.
# Seen: called at the top of a script it fails, by patsy with an AttributeError of None, by formulaic with "call stack is
# not deep enough"; called within a function it works. To find a formula's names, unpickling looks a fixed number of
# frames up, of which a script's first lines have too few.
# For AnOps: a model is loaded well within functions, and the names of a person's code are given to its formula.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet statsmodels==0.15.0 patsy==1.0.3 formulaic==1.2.2 pandas==3.1.1
cat >"$place/try.py" <<'PY'
import pickle, sys
import pandas as pd, statsmodels.formula, statsmodels.formula.api as smf

statsmodels.formula.options.formula_engine = sys.argv[1]
saved = pickle.dumps(smf.ols("y ~ x", pd.DataFrame({"x": [1.0, 2.0, 4.0], "y": [1.0, 3.0, 5.0]})).fit())

def load():
    return pickle.loads(saved)

def within():
    return load()

within()
print("within functions: loaded")
try:
    pickle.loads(saved)
except (AttributeError, ValueError) as error:
    print(f"at the top: {type(error).__name__}: {error}")
else:
    sys.exit("at the top: loaded too")
PY
for engine in patsy formulaic; do echo "$engine:"; "$place/v/bin/python" "$place/try.py" "$engine"; done
