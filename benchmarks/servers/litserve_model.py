"""A scikit-learn model in LitServe, with its own batching: litserve_model.py PORT."""

import os
import sys
from typing import Any

import joblib
import litserve
import numpy as np
from starlette.requests import Request


class Model(litserve.LitAPI):
    """The model; a request is one row, and LitServe makes batches of them."""

    def setup(self, device: str) -> None:  # noqa: ARG002  LitServe's way
        """Load the model, once in each worker."""
        self.model = joblib.load(os.environ["MODEL"])

    def decode_request(self, request: Request) -> list[float]:
        """Return the row; LitServe hands over the body's JSON where it sees this type."""
        return request["rows"][0]

    def batch(self, inputs: list[list[float]]) -> np.ndarray:
        """Put rows together."""
        return np.array(inputs)

    def predict(self, x: np.ndarray) -> list[Any]:
        """Predict a batch."""
        return self.model.predict(x).tolist()

    def unbatch(self, output: list[Any]) -> list[Any]:
        """Return the prediction of each row."""
        return output

    def encode_response(self, output: object) -> dict[str, Any]:
        """Return the answer of a row."""
        return {"predictions": [output]}


if __name__ == "__main__":
    api = Model(max_batch_size=64, batch_timeout=0.001)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=2, fast_queue=True, timeout=60)
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, log_level="warning", access_log=False
    )
