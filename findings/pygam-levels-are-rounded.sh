#!/usr/bin/env bash
# pygam 0.12.0, a factor term f() on the codes 1, 2, 3.
# Expected: a value between two codes is refused, as a code beyond the last one is ("out of domain for categorical feature").
# Seen: 1.4 is answered as level 1 and 1.6 as level 2, without a word.
# For AnOps: a column of codes is a number with allowed `values`, so that 1.4 is refused with its row.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet pygam==0.12.0
"$place/v/bin/python" - 2>/dev/null <<'PY'
import numpy as np
from pygam import LinearGAM, f, s

rng = np.random.default_rng(4)
x = np.column_stack([rng.normal(size=120), np.tile([1, 2, 3], 40)])
gam = LinearGAM(s(0) + f(1)).fit(x, x[:, 0] + 10 * x[:, 1])
of = lambda code: float(gam.predict(np.array([[0.0, code]]))[0])
print({code: round(of(code), 3) for code in (1, 1.4, 1.6, 2)})
assert of(1.4) == of(1) != of(2) == of(1.6)
try:
    of(9)
    raise SystemExit("9 was answered")
except ValueError as error:
    print("9:", error)
PY
