"""The gRPC service in front of the supervisor: Open Inference Protocol, health and reflection."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
import msgspec
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.open_inference import metadata
from anops_model_interface.open_inference import open_inference_pb2 as oip
from anops_model_interface.open_inference import triton_configuration_pb2 as triton
from anops_model_interface.open_inference.configuration import configuration_of
from anops_model_interface.open_inference.grpc_status import PROBLEM_KEY, status_of
from anops_model_interface.private_stream import limit_from_metadata
from anops_model_interface.schema import Schema
from anops_model_interface.unicode_texts import whole_text
from anops_worker.identity import check_identity
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from anops_model_service.health import SERVICE as HEALTH_SERVICE
from anops_model_service.health import Health

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from anops_model_interface.private_stream import Announcement
    from google.protobuf.message import Message

    from anops_model_service.supervisor import Supervisor

    Context = grpc.aio.ServicerContext[object, object]

SERVICE = oip.DESCRIPTOR.services_by_name["GRPCInferenceService"].full_name
MOST_DETAILS = 1000
"""Characters of a status text: all metadata of an answer must fit into a few KiB."""
HANDSHAKE_MS = 10_000
"""How long a connection may take to begin, in milliseconds."""
AT_ONCE_BYTES = 1 << 15
"""A larger message is converted in a thread, so that others, and who asks for health, need not wait for it."""
MOST_METADATA = 6000
"""Bytes of a problem in the trailing metadata, for the same reason."""


class Servicer:
    """Each method converts, delegates, converts: what the workers are asked is in our private form."""

    def __init__(self, supervisor: Supervisor, stream: Announcement) -> None:
        """Serve what a supervisor keeps.

        Args:
            supervisor: It.
            stream: Where our own api-service finds the private stream.
        """
        self._supervisor = supervisor
        self._stream = stream

    def handler(self) -> grpc.GenericRpcHandler:
        """Return the handler of the service, for a server to take in."""
        methods: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "ModelInfer": grpc.unary_unary_rpc_method_handler(self._infer),
        }
        for name, method, request in (
            ("ServerLive", self._server_live, oip.ServerLiveRequest),
            ("ServerReady", self._server_ready, oip.ServerReadyRequest),
            ("ModelReady", self._model_ready, oip.ModelReadyRequest),
            ("ServerMetadata", self._server_metadata, oip.ServerMetadataRequest),
            ("ModelMetadata", self._model_metadata, oip.ModelMetadataRequest),
            ("ModelConfig", self._model_config, triton.ModelConfigRequest),
        ):
            methods[name] = _typed(method, request)
        return grpc.method_handlers_generic_handler(SERVICE, methods)

    async def _infer(self, message: bytes, context: Context) -> bytes:
        # with NumPy, which this process needs for clients other than our own api-service alone
        from anops_model_interface.open_inference.requests import packed_request  # noqa: PLC0415
        from anops_model_interface.open_inference.responses import serialized_answer  # noqa: PLC0415

        try:
            within = limit_from_metadata(context.invocation_metadata())
            request = await _converted(packed_request, message)
            return await _converted(serialized_answer, await self._supervisor.infer(request, within=within))
        except AnOpsError as error:
            await abort(context, error.problem)

    async def _server_live(self, _: oip.ServerLiveRequest, __: Context) -> oip.ServerLiveResponse:
        return oip.ServerLiveResponse(live=True)

    async def _server_ready(self, _: oip.ServerReadyRequest, __: Context) -> oip.ServerReadyResponse:
        return oip.ServerReadyResponse(ready=self._supervisor.ready)

    async def _model_ready(self, request: oip.ModelReadyRequest, context: Context) -> oip.ModelReadyResponse:
        await self._check_identity(request.name, request.version, context)
        return oip.ModelReadyResponse(ready=self._supervisor.ready)

    async def _server_metadata(self, _: oip.ServerMetadataRequest, __: Context) -> oip.ServerMetadataResponse:
        return oip.ServerMetadataResponse(name="anops-model-service", version=version("anops-model-service"))

    async def _model_metadata(self, request: oip.ModelMetadataRequest, context: Context) -> oip.ModelMetadataResponse:
        await self._check_identity(request.name, request.version, context)
        model = self._supervisor.model
        properties = {
            metadata.WORKERS: str(self._supervisor.count),
            metadata.ROW_INDEPENDENT: str(model.row_independent).lower(),
            metadata.MAX_BATCH_ROWS: str(model.max_batch_rows),
            metadata.STREAM: self._stream.to_text(),
            metadata.VERSIONS: msgspec.json.encode(model.versions).decode(),
            metadata.DESCRIPTION: model.description,
            metadata.EXAMPLE: model.example,
            metadata.DIGEST: model.digest,
            metadata.METRICS: model.metrics,
            metadata.SERIES: model.series,
            metadata.FITTED: model.fitted,
            metadata.FITTED_ON: model.fitted_on,
            metadata.ISOLATION: msgspec.json.encode(model.isolation).decode(),
            metadata.WHY_NOT: "" if self._supervisor.problem is None else self._supervisor.problem.to_bytes().decode(),
        }
        return metadata.metadata_of(
            name=model.name,
            version=model.version,
            platform=f"anops_{model.language}",
            schema=Schema.from_json(model.schema),
            properties={key: value for key, value in properties.items() if value},
        )

    async def _model_config(self, request: triton.ModelConfigRequest, context: Context) -> triton.ModelConfigResponse:
        """Tell the model's configuration, which is no part of the protocol: Triton's perf analyzer needs one."""
        await self._check_identity(request.name, request.version, context)
        model = self._supervisor.model
        schema = Schema.from_json(model.schema)
        return configuration_of(name=model.name, platform=f"anops_{model.language}", schema=schema)

    async def _check_identity(self, name: str, wanted: str, context: Context) -> None:
        try:
            model = self._supervisor.model
            check_identity(name, wanted, name_here=model.name, version_here=model.version)
        except AnOpsError as error:
            await abort(context, error.problem)


async def abort(context: Context, problem: Problem) -> NoReturn:
    """End a call with a problem: as status, and whole in the trailing metadata."""
    data = problem.to_bytes()
    if len(data) > MOST_METADATA:
        data = Problem(problem.code, problem.message[:MOST_DETAILS], remedy=problem.remedy).to_bytes()[:MOST_METADATA]
    message = whole_text(problem.message[:MOST_DETAILS])
    await context.abort(status_of(problem), message, trailing_metadata=((PROBLEM_KEY, data),))
    raise AssertionError  # abort() has raised


def make_server(*, max_message_mb: int) -> tuple[grpc.aio.Server, Health]:
    """Make a gRPC server with health and reflection, bound to nothing yet.

    Args:
        max_message_mb: The largest message either way, in MiB.
    """
    limit = max_message_mb << 20
    server = grpc.aio.server(
        options=[
            ("grpc.so_reuseport", 0),
            # who connects and says nothing
            ("grpc.server_handshake_timeout_ms", HANDSHAKE_MS),
            ("grpc.max_receive_message_length", limit),
            ("grpc.max_send_message_length", limit),
        ]
    )
    health = Health(services=("", SERVICE))
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    reflection.enable_server_reflection((SERVICE, HEALTH_SERVICE, reflection.SERVICE_NAME), server)
    return server, health


async def _converted(convert: Callable[[bytes], bytes], message: bytes) -> bytes:
    return convert(message) if len(message) <= AT_ONCE_BYTES else await asyncio.to_thread(convert, message)


def _typed(method: Callable[..., Awaitable[Message]], request: type[Message]) -> grpc.RpcMethodHandler[Any, Any]:
    return grpc.unary_unary_rpc_method_handler(
        method,
        request_deserializer=request.FromString,
        response_serializer=lambda response: response.SerializeToString(),
    )
