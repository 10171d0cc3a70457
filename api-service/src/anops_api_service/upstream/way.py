"""One gRPC channel to a server: the calls under way on it, and its end, which they may outlive for a while."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError
from anops_model_interface.private_stream import limit_in_metadata
from grpc_health.v1.health_pb2_grpc import HealthStub

from anops_api_service.call_trace import CALL_TRACE
from anops_api_service.upstream.channel import open_channel

if TYPE_CHECKING:
    from anops_model_interface.certificates import CertificateFiles
    from anops_model_interface.errors import Problem

_INFER = "/inference.GRPCInferenceService/ModelInfer"


class Way:
    """A channel.

    Attributes:
        channel: The channel.
        health: The server's health service.
    """

    def __init__(self, url: str, certificates: CertificateFiles) -> None:
        """Open it.

        Args:
            url: HOST:PORT of the server.
            certificates: With which to ask.

        Raises:
            CertificateError: One can't be used.
        """
        self.channel = open_channel(url, certificates)
        self.health = HealthStub(self.channel)
        self._infer: Any = self.channel.unary_unary(_INFER)
        self._calls: set[Any] = set()
        self._given_up: Problem | None = None

    async def infer(self, request: bytes, *, seconds: float, within: float | None) -> bytes:
        """Send a request and wait for its answer.

        Args:
            request: A serialized ModelInferRequest.
            seconds: How long it is waited for.
            within: For how many seconds it may be computed, where those are fewer than the server allows.

        Raises:
            AioRpcError: It failed.
            AnOpsError: It was given up.
        """
        trace = CALL_TRACE.get()
        told = (*(limit_in_metadata(within) or ()), *(trace.metadata if trace is not None else ()))
        call = self._infer(request, timeout=seconds, metadata=told)
        self._calls.add(call)
        try:
            answer: bytes = await call
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._given_up is None or (task is not None and task.cancelling()):
                raise
            raise AnOpsError.of(self._given_up) from None
        finally:
            self._calls.discard(call)
        return answer

    def give_up(self, problem: Problem) -> None:
        """End all calls.

        Args:
            problem: What is said to who waits for them.
        """
        self._given_up = problem
        for call in self._calls:
            call.cancel()

    async def close(self, *, grace_seconds: float) -> None:
        """Close it once its calls have ended.

        Args:
            grace_seconds: How long they may take, at the most.
        """
        await self.channel.close(grace_seconds)
