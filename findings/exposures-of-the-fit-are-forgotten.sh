#!/usr/bin/env bash
# statsmodels 0.15.0: predict() for new rows of counts that were fitted with exposure= or offset=, by formula.
# Expected: counts, as R's glm(…, offset = log(time)) predicts from the new rows' own time, or a word about what lacks.
# Seen: rates. GLM, Poisson, NegativeBinomial and GEE all take the exposure of new rows for 1, without a warning; the
# first row's 5.56 claims in 3.9 years become 1.43. Only predict() without rows, of the training, knows the exposure, so
# a check against the fitted values does not show it.
# For AnOps: what a fit had as exposure or offset is found in the object, and asked for in a request or refused by name.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet "pandas==2.3.3" statsmodels==0.15.0 patsy
"$place/v/bin/python" -W error::UserWarning - <<'PY'
import numpy as np, pandas as pd, statsmodels.api as sm, statsmodels.formula.api as smf

rng = np.random.default_rng(1)
d = pd.DataFrame({"x": rng.normal(size=400), "time": rng.uniform(1, 10, 400)})
d["claims"] = rng.poisson(np.exp(0.2 + 0.5 * d.x) * d.time)
fits = {
    "GLM, exposure": smf.glm("claims ~ x", d, family=sm.families.Poisson(), exposure=d.time).fit(),
    "Poisson, exposure": smf.poisson("claims ~ x", d, exposure=d.time).fit(disp=0),
    "Poisson, offset": smf.poisson("claims ~ x", d, offset=np.log(d.time)).fit(disp=0),
    "NegativeBinomial, exposure": smf.negativebinomial("claims ~ x", d, exposure=d.time).fit(disp=0),
    "GEE, exposure": smf.gee("claims ~ x", "x", d, family=sm.families.Poisson(), exposure=d.time).fit(),
}
for name, fit in fits.items():
    own, new = np.asarray(fit.predict()), np.asarray(fit.predict(d))
    print(f"{name}: first row {own[0]:.2f} as fitted, {new[0]:.2f} as a new row; their ratio is its time, {d.time[0]:.2f}")
    assert np.allclose(own / new, d.time)
PY
