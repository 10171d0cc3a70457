"""Asks a model-service with Triton's own client; run as a program, in a process of its own.

Two libraries that define the messages of package `inference` can't live in one process.
"""

from __future__ import annotations

import json
import math
import sys

import numpy as np
from tritonclient import grpc

NUMPY = {"FP64": np.float64, "INT64": np.int64, "BOOL": np.bool_, "BYTES": np.object_}


def main(url: str, columns: str) -> None:
    """Print what the server says of itself and its answer to some columns, as JSON."""
    client = grpc.InferenceServerClient(url=url)
    metadata = client.get_model_metadata("").name
    model = client.get_model_metadata(metadata, as_json=True)
    datatypes = {tensor["name"]: tensor["datatype"] for tensor in model["inputs"]}
    inputs = []
    for name, values in json.loads(columns).items():
        array = np.array(values, dtype=NUMPY[datatypes[name]])
        tensor = grpc.InferInput(name, list(array.shape), datatypes[name])
        tensor.set_data_from_numpy(array)
        inputs.append(tensor)
    answer = client.infer(metadata, inputs, request_id="triton-1")
    predictions = answer.as_numpy("prediction")
    if predictions is None:
        raise SystemExit("the answer has no output `prediction`")
    said = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model_ready": client.is_model_ready(metadata),
        "server": client.get_server_metadata().name,
        "model": model,
        "config": client.get_model_config(metadata, as_json=True)["config"],
        "id": answer.get_response().id,
        "predictions": [_json(value) for value in predictions.tolist()],
    }
    sys.stdout.write(json.dumps(said))


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode()
    return None if isinstance(value, float) and math.isnan(value) else value


if __name__ == "__main__":
    main(*sys.argv[1:])
