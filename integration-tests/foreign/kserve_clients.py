"""Asks both services with KServe's clients, REST and gRPC: python kserve_clients.py REST-PORT GRPC-PORT MODEL."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest
from kserve.inference_client import RESTConfig

COLUMNS: dict[str, tuple[str, list[Any]]] = {
    "a": ("FP64", [1.5, float("nan")]),
    "k": ("INT64", [3, 4]),
    "g": ("BYTES", ["low", "hoch ä"]),
    "t": ("BOOL", [True, False]),
}
NUMPY = {"FP64": np.float64, "INT64": np.int64, "BOOL": np.bool_, "BYTES": np.object_}


def inputs(*, raw: bool) -> list[InferInput]:
    made = []
    for name, (datatype, values) in COLUMNS.items():
        tensor = InferInput(name, [len(values)], datatype, None if raw else values)
        if raw:
            tensor.set_data_from_numpy(np.array(values, dtype=NUMPY[datatype]))
        made.append(tensor)
    return made


def outputs(answer: Any) -> dict[str, Any]:
    return {output.name: [_json(value) for value in output.as_numpy().tolist()] for output in answer.outputs}


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode()
    return None if isinstance(value, float) and np.isnan(value) else value


async def main(rest: str, grpc: str, model: str) -> None:
    """Print what the services say, as JSON."""
    logging.disable(logging.CRITICAL)
    url, client = f"http://127.0.0.1:{rest}", InferenceRESTClient(RESTConfig(protocol="v2", retries=0))

    async def ask(name: str = model, *, raw: bool = False, **members: Any) -> Any:
        request = InferRequest(name, inputs(raw=raw), **members)
        return await client.infer(url, request, model_name=name)

    said: dict[str, Any] = {
        "ready": [
            await client.is_server_live(url),
            await client.is_server_ready(url),
            await client.is_model_ready(url, model),
        ],
        "other": await client.is_model_ready(url, "nobody"),
        "rest": [outputs(await ask(raw=raw)) for raw in (False, True)],
        "id": (await ask(request_id="k-1")).id,
        "option": outputs(await ask(parameters={"level": 0.5})),
        "as bytes": outputs(await ask(raw=True, parameters={"binary_data_output": True})),
    }
    refused = []
    for name, parameters in (("nobody", {}), (model, {"levl": 1})):
        try:
            await ask(name, parameters=parameters)
        except Exception as error:  # noqa: BLE001  whatever the client makes of it
            refused.append(str(error))
    said["refused"] = refused
    async with InferenceGRPCClient(f"127.0.0.1:{grpc}") as over_grpc:
        said["grpc"] = [
            outputs(await over_grpc.infer(InferRequest(model, inputs(raw=raw), parameters=parameters)))
            for raw, parameters in ((False, {}), (True, {}), (True, {"level": "0.5"}))
        ]
    sys.stdout.write(json.dumps(said))


asyncio.run(main(*sys.argv[1:]))
