#!/usr/bin/env bash
# pyfixest 0.60.0 beside statsmodels 0.15.0, a Poisson regression and a logit of the same data.
# Expected: predict() of a GLM in Python answers on the scale of the outcome, as statsmodels does.
# Seen: pyfixest's predict() answers the linear predictor unless told type="response" (as R's predict.glm does, whose
# name and formulas it takes over); the numbers look plausible (a negative count, a "probability" of 0.05 for 0.51).
# For AnOps: what a library's predict() means by default says nothing of the scale; the family has to say it.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet "pandas==2.3.3" pyfixest==0.60.0 statsmodels==0.15.0
"$place/v/bin/python" - 2>/dev/null <<'PY'
import numpy as np, pandas as pd, pyfixest as pf, statsmodels.api as sm, statsmodels.formula.api as smf

rng = np.random.default_rng(1)
d = pd.DataFrame({"x": rng.normal(size=200)})
d["n"] = rng.poisson(np.exp(0.5 * d.x - 0.5))
d["hit"] = (d.x + rng.normal(size=200) > 0).astype(int)
new = pd.DataFrame({"x": [-1.0, 0.0, 1.0]})
for name, theirs, ours in (
    ("poisson", pf.fepois("n ~ x", d), smf.glm("n ~ x", d, family=sm.families.Poisson()).fit()),
    ("logit", pf.feglm("hit ~ x", d, family="logit"), smf.logit("hit ~ x", d).fit(disp=0)),
):
    plain, response = np.asarray(theirs.predict(newdata=new)), np.asarray(theirs.predict(newdata=new, type="response"))
    other = ours.predict(new).to_numpy()
    print(name, "pyfixest", plain.round(4), "its response", response.round(4), "statsmodels", other.round(4))
    assert np.allclose(response, other, atol=1e-4) and not np.allclose(plain, other, atol=0.1)
PY
