"""Fits a ridge regression on a thousand columns, and writes them into ao.toml."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import Ridge

x = np.random.default_rng(1).random((300, 1000))
joblib.dump(Ridge().fit(x, x.sum(axis=1)), "model.joblib")
columns = "".join(f'x{i} = {{ type = "number", seen = [0.0, 1.0] }}\n' for i in range(1000))
with Path("ao.toml").open("a", encoding="utf-8") as file:
    file.write(f"\n[model.inputs]\n{columns}")
