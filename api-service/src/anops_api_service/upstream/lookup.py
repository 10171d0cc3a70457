"""Asks a server, of whatever make, for the model that is to be served, and says what is wrong where there is none."""

from __future__ import annotations

from typing import Any

import grpc
import grpc.aio
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.open_inference.grpc_status import problem_within
from anops_model_interface.open_inference.metadata_bytes import metadata_of_bytes
from anops_model_interface.open_inference.open_inference_pb2 import (
    ModelMetadataRequest,
    ModelMetadataResponse,
    ModelReadyRequest,
    ModelReadyResponse,
    ServerReadyRequest,
    ServerReadyResponse,
)

_SERVICE = "/inference.GRPCInferenceService/"
_UNSURE = frozenset({grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.NOT_FOUND})
"""What servers say of the readiness of a model that they do not have."""


class ModelLookup:
    """One model on one server.

    Args:
        channel: The way to the server.
        url: HOST:PORT of it, for messages.
        name: The model's name; empty: the only one the server has.
    """

    def __init__(self, channel: grpc.aio.Channel, *, url: str, name: str) -> None:
        self._url = url
        self._name = name
        # plain bytes: what can't be parsed is for us to say, not for gRPC with a traceback
        self._metadata: Any = channel.unary_unary(_SERVICE + "ModelMetadata")
        self._server_ready: Any = channel.unary_unary(
            _SERVICE + "ServerReady", response_deserializer=ServerReadyResponse.FromString
        )
        self._model_ready: Any = channel.unary_unary(
            _SERVICE + "ModelReady", response_deserializer=ModelReadyResponse.FromString
        )

    async def metadata(self) -> ModelMetadataResponse:
        """Ask what the model is.

        Raises:
            AnOpsError: `NOT_READY`: the server has no such model, or says nothing that can be read.
            AioRpcError: The call failed otherwise.
        """
        request = ModelMetadataRequest(name=self._name).SerializeToString()
        try:
            data = await self._metadata(request, timeout=30)
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.NOT_FOUND and problem_within(error) is None:
                raise self._no_model(error.details() or "NOT_FOUND") from error
            raise
        return metadata_of_bytes(data)

    async def ready(self, name: str, *, seconds: float) -> bool:
        """Ask a server that can't say by itself whether a model is ready.

        Args:
            name: The model's name, once it is known; else that of the lookup counts.
            seconds: How long an answer is waited for.

        Raises:
            AnOpsError: `NOT_READY`: the server has no such model.
            AioRpcError: A call failed.
        """
        server = await self._server_ready(ServerReadyRequest().SerializeToString(), timeout=seconds)
        if not server.ready:
            return False
        asked = name or self._name
        if not asked:
            return True
        try:
            model = await self._model_ready(ModelReadyRequest(name=asked).SerializeToString(), timeout=seconds)
        except grpc.aio.AioRpcError as error:
            if error.code() not in _UNSURE:
                raise
            await self.metadata()
            raise
        if not model.ready:
            await self.metadata()  # Triton says so too of a model that it does not have
        return bool(model.ready)

    def _no_model(self, details: str) -> AnOpsError:
        said = f" ({details[:200].rstrip('.')})" if details else ""
        if self._name:
            return AnOpsError(
                Code.NOT_READY,
                f"The server at {self._url} has no model `{self._name}`{said}.",
                remedy="Correct the model's name: --model-name NAME or ANOPS_MODEL_NAME; or let the server load it.",
            )
        return AnOpsError(
            Code.NOT_READY,
            f"The server at {self._url} needs the name of a model{said}.",
            remedy="Name the model as the server does: --model-name NAME or ANOPS_MODEL_NAME.",
        )
