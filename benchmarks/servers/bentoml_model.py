"""A scikit-learn model in BentoML, with its own batching."""

from __future__ import annotations

import os

import bentoml
import joblib
import numpy as np

model = joblib.load(os.environ["MODEL"])


@bentoml.service(workers=2, traffic={"timeout": 60}, logging={"access": {"enabled": False}})
class Model:
    """The model."""

    @bentoml.api(batchable=True, max_batch_size=64, max_latency_ms=10_000)
    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Predict a matrix."""
        return model.predict(rows)
