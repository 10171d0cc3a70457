"""A scikit-learn model in KServe's SDK: kserve_model.py --http_port PORT."""

from __future__ import annotations

import os
from typing import Any

import joblib
import kserve
import numpy as np


class Model(kserve.Model):
    """The model."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.load()

    def load(self) -> bool:
        """Load the model."""
        self.model = joblib.load(os.environ["MODEL"])
        self.ready = True
        return self.ready

    # async, so that KServe needs no thread; and its first protocol, whose JSON it reads twice as fast as its second's
    async def predict(self, payload: dict[str, Any], *_: Any) -> dict[str, Any]:
        """Predict a matrix."""
        return {"predictions": self.model.predict(np.array(payload["instances"])).tolist()}


if __name__ == "__main__":
    kserve.ModelServer().start([Model("model")])
