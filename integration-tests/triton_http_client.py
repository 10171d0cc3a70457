"""Asks an api-service with Triton's HTTP clients, sync and async; run as a program, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import tritonclient.http
import tritonclient.http.aio
from tritonclient.utils import InferenceServerException

if TYPE_CHECKING:
    from types import ModuleType

COLUMNS: dict[str, tuple[str, Any]] = {
    "a": ("FP64", np.array([1.5, np.nan])),
    "k": ("INT64", np.array([3, 4])),
    "g": ("BYTES", np.array(["low", "hoch ä"], dtype=object)),
    "t": ("BOOL", np.array([True, False])),
}


def inputs(module: ModuleType, *, binary: bool, times: int = 1) -> list[Any]:
    made = []
    for name, (datatype, once) in COLUMNS.items():
        values = np.tile(once, times)
        tensor = module.InferInput(name, list(values.shape), datatype)
        tensor.set_data_from_numpy(values, binary_data=binary)
        made.append(tensor)
    return made


def outputs(answer: Any) -> dict[str, Any]:
    return {name: [_json(value) for value in answer.as_numpy(name).tolist()] for name in COLUMNS}


def pairs(many: Any, few: Any) -> zip[tuple[list[Any], list[Any]]]:
    return zip(outputs(many).values(), outputs(few).values(), strict=True)


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode()
    return None if isinstance(value, float) and np.isnan(value) else value


async def ask_async(url: str, name: str) -> list[dict[str, Any]]:
    module = tritonclient.http.aio
    async with module.InferenceServerClient(url) as client:
        assert await client.is_server_ready()
        asked = (client.infer(name, inputs(module, binary=binary)) for binary in (True, False))
        # its HTTP library says that it takes gzip, asked or not
        many = await client.infer(name, inputs(module, binary=True, times=500))
        few = await asyncio.gather(*asked)
        assert all(values == once * 500 for values, once in pairs(many, few[0]))
        return [outputs(answer) for answer in few]


def main(url: str, name: str) -> None:
    """Print what the service says, as JSON."""
    module = tritonclient.http
    client = module.InferenceServerClient(url)
    in_json = [module.InferRequestedOutput(column, binary_data=False) for column in COLUMNS]
    answers = {
        "binary": client.infer(name, inputs(module, binary=True), request_id="t-1"),
        "json": client.infer(name, inputs(module, binary=False), outputs=in_json),
        "gzip": client.infer(name, inputs(module, binary=True), request_compression_algorithm="gzip"),
        "options": client.infer(name, inputs(module, binary=True), parameters={"level": 0.5}, timeout=60_000_000),
        "later": client.async_infer(name, inputs(module, binary=True)).get_result(),
    }
    refused = []
    for asked, parameters in (("nobody", {}), (name, {"levl": 0.5})):
        try:
            client.infer(asked, inputs(module, binary=True), parameters=parameters)
        except InferenceServerException as error:
            refused.append([error.status(), error.message()])
    packed = [
        client.infer(name, inputs(module, binary=True, times=500), response_compression_algorithm=algorithm)
        for algorithm in ("gzip", "deflate")
    ]
    said = {
        "packed": [all(values == once * 500 for values, once in pairs(answer, answers["binary"])) for answer in packed],
        "ready": [client.is_server_live(), client.is_server_ready(), client.is_model_ready(name)],
        "other": client.is_model_ready("nobody"),
        "versions": client.get_model_metadata(name)["versions"],
        "batch": client.get_model_config(name)["max_batch_size"],
        "id": answers["binary"].get_response()["id"],
        "answers": {key: outputs(answer) for key, answer in answers.items()},
        "async": asyncio.run(ask_async(url, name)),
        "refused": refused,
    }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
