"""Serves models with KServe's SDK: python kserve_server.py REST-PORT GRPC-PORT.

`sums` says which tensors it has; `bare`, as is the default, does not.
"""

from __future__ import annotations

import sys
from typing import Any

from kserve import InferOutput, InferResponse, Model, ModelServer
from kserve.errors import InvalidInput


class Sums(Model):
    """Adds the numbers of a row."""

    def __init__(self, name: str, *, tells: bool) -> None:
        super().__init__(name)
        self.ready = True
        self.tells = tells

    async def get_input_types(self) -> list[dict[str, Any]]:
        return [{"name": name, "datatype": "FP64", "shape": [-1]} for name in ("a", "b")] if self.tells else []

    async def get_output_types(self) -> list[dict[str, Any]]:
        return [{"name": "total", "datatype": "FP64", "shape": [-1]}] if self.tells else []

    def predict(self, payload: Any, *_: Any, **__: Any) -> InferResponse:
        columns = {tensor.name: tensor.as_numpy() for tensor in payload.inputs}
        if (columns["a"] == 666).any():
            raise ValueError("no such gear")
        if (columns["a"] == 667).any():
            raise InvalidInput("a must not be 667")
        total = columns["a"] + columns["b"]
        output = InferOutput("total", list(total.shape), "FP64")
        output.set_data_from_numpy(total)
        return InferResponse(response_id=payload.id, model_name=self.name, infer_outputs=[output])


rest_port, grpc_port = map(int, sys.argv[1:])
sys.argv[1:] = []
ModelServer(http_port=rest_port, grpc_port=grpc_port, workers=1).start(
    [Sums("sums", tells=True), Sums("bare", tells=False)]
)
