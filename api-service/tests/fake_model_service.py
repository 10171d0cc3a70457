"""A little real server of the protocol: a sum, an echo, or whatever a test wants, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import numpy as np
from anops_model_interface.answers import Answer
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame, Warn
from anops_model_interface.open_inference.grpc_status import PROBLEM_KEY, status_of
from anops_model_interface.open_inference.metadata import metadata_of
from anops_model_interface.open_inference.open_inference_pb2 import (
    ModelInferRequest,
    ModelMetadataRequest,
    ModelMetadataResponse,
    ModelReadyRequest,
    ModelReadyResponse,
    ServerReadyResponse,
)
from anops_model_interface.open_inference.requests import request_of
from anops_model_interface.open_inference.responses import message_of
from anops_model_interface.requests import decode_request
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

if TYPE_CHECKING:
    from concurrent.futures import Future

    from anops_model_interface.schema import Schema

Predicted = tuple[Frame, tuple[Warn, ...]]
Behaviour = Callable[[Frame, dict[str, Any]], Awaitable[Predicted]]


@dataclass
class Loop:
    event_loop: asyncio.AbstractEventLoop

    def start(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self.event_loop)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.start(work).result(timeout=90)


async def total(frame: Frame, _: dict[str, Any]) -> Predicted:
    """Predict the sum of the numbers of a row."""
    result = np.zeros(frame.rows)
    for column in frame.columns:
        if column.type in {"number", "integer"}:
            result = result + column.values
    return Frame((Column("prediction", "number", result),), frame.rows), ()


async def echo(frame: Frame, _: dict[str, Any]) -> Predicted:
    return frame, ()


class FakeModelService:
    def __init__(self, loop: Loop, schema: Schema, *, name: str = "cars", with_health: bool = True) -> None:
        self.loop = loop
        self.behaviour: Behaviour = total
        self.calls: list[tuple[Frame, dict[str, Any]]] = []
        self.told: list[dict[str, str | bytes]] = []
        self.cancelled = asyncio.Event()
        self.started = asyncio.Event()
        self.ready = True
        self.metadata_fetched = 0
        self.with_health = with_health
        self.metadata_bytes: bytes | None = None
        self.only_by_name = False
        self.unknown_model: grpc.StatusCode | None = grpc.StatusCode.NOT_FOUND
        self.tells_problems = True
        self.port = 0
        self.serve(schema, name=name)

    def serve(self, schema: Schema, *, name: str = "cars", version: str = "1.0.0", **properties: str) -> None:
        self.schema = schema
        self.metadata = metadata_of(
            name=name,
            version=version,
            platform="fake",
            schema=schema,
            properties={
                "anops.workers": "2",
                "anops.row_independent": "true",
                "anops.max_batch_rows": "1024",
                **properties,
            },
        )

    @property
    def url(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        self.loop.run(self._start())

    def stop(self) -> None:
        self.loop.run(self.server.stop(None))

    def set_serving(self, serving: bool) -> None:
        status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
        self.loop.run(self.health.set("", status))

    async def _start(self) -> None:
        self.server = grpc.aio.server(options=[("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", -1)])
        handlers = {
            "ServerReady": grpc.unary_unary_rpc_method_handler(self._server_ready),
            "ModelReady": grpc.unary_unary_rpc_method_handler(self._model_ready),
            "ModelMetadata": grpc.unary_unary_rpc_method_handler(self._model_metadata),
            "ModelInfer": grpc.unary_unary_rpc_method_handler(self._infer),
        }
        self.server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler("inference.GRPCInferenceService", handlers),)
        )
        if self.with_health:
            self.health = health.aio.HealthServicer()
            health_pb2_grpc.add_HealthServicer_to_server(self.health, self.server)
            await self.health.set("", health_pb2.HealthCheckResponse.SERVING)
        self.port = self.server.add_insecure_port(f"127.0.0.1:{self.port}")
        await self.server.start()

    async def _server_ready(self, _: bytes, __: grpc.aio.ServicerContext) -> bytes:
        return ServerReadyResponse(ready=self.ready).SerializeToString()

    async def _model_ready(self, request: bytes, context: grpc.aio.ServicerContext) -> bytes:
        if ModelReadyRequest.FromString(request).name != self.metadata.name:
            if self.unknown_model is None:
                return ModelReadyResponse(ready=False).SerializeToString()
            await context.abort(self.unknown_model, "Unexpected ModelNotFound")
        return ModelReadyResponse(ready=self.ready).SerializeToString()

    async def _model_metadata(self, request: bytes, context: grpc.aio.ServicerContext) -> bytes:
        self.metadata_fetched += 1
        name = ModelMetadataRequest.FromString(request).name
        if self.metadata_bytes is not None:
            return self.metadata_bytes
        if name not in ({self.metadata.name} if self.only_by_name else {"", self.metadata.name}):
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no model {name}")
        return ModelMetadataResponse.SerializeToString(self.metadata)

    async def _infer(self, data: bytes, context: grpc.aio.ServicerContext) -> bytes:
        request = ModelInferRequest.FromString(data)
        try:
            frame, options = decode_request(request_of(request), self.schema)
            self.calls.append((frame, options))
            self.told.append(dict(context.invocation_metadata() or ()))
            self.started.set()
            answer, warnings = await self.behaviour(frame, options)
        except AnOpsError as error:
            await context.abort(
                status_of(error.problem),
                error.problem.message,
                trailing_metadata=((PROBLEM_KEY, error.problem.to_bytes()),) if self.tells_problems else (),
            )
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return message_of(
            Answer.of(
                answer,
                warnings,
                model_name=self.metadata.name,
                model_version=self.metadata.versions[0],
                request_id=request.id,
                model_digest=self.metadata.properties.get("anops.digest", ""),
                coded=False,
            )
        ).SerializeToString()
