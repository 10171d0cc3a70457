"""A scikit-learn model in KServe's SDK: kserve_model.py --http_port PORT."""

from __future__ import annotations

import os
from typing import Any

import joblib
import kserve
from kserve.utils.utils import get_predict_response


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

    # async, so that KServe needs no thread for it: faster for small models
    async def predict(self, payload: kserve.InferRequest, *_: Any) -> kserve.InferResponse:
        """Predict one tensor."""
        x = payload.inputs[0].as_numpy()
        return get_predict_response(payload, self.model.predict(x).tolist(), self.name)


if __name__ == "__main__":
    kserve.ModelServer().start([Model("model")])
