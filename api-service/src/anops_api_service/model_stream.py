"""The private stream to our own model-service: requests go out on one call, and each gets its own answer back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc.aio
from anops_model_interface.errors import AnOpsError, Code
from anops_model_interface.open_inference_pb2 import ModelInferResponse
from anops_model_interface.private_stream import METHOD, SERVICE, raise_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = grpc.aio.StreamStreamCall[bytes, bytes]


class ModelStream:
    """The way to one server: a stream that is opened at the first request, and anew after it ended."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._open: Callable[[], Call] = channel.stream_stream(f"/{SERVICE}/{METHOD}")
        self._stream: _OpenStream | None = None

    async def infer(self, request_id: str, request: bytes) -> ModelInferResponse:
        """Send a request and wait for its answer.

        Args:
            request_id: The request's `id`; no other that is under way has it.
            request: The serialized ModelInferRequest.

        Raises:
            AnOpsError: The problem that came instead of an answer, or `NOT_READY` where the server ended the stream.
            grpc.aio.AioRpcError: The stream broke.
        """
        if self._stream is None or self._stream.ended:
            self._stream = _OpenStream(self._open())
        response = await self._stream.infer(request_id, request)
        raise_refusal(response)
        return response

    def close(self) -> None:
        """End the stream."""
        if self._stream is not None:
            self._stream.close()


class _OpenStream:
    """One call, from its start to its end."""

    def __init__(self, call: Call) -> None:
        self.ended = False
        self._call = call
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue()
        self._waiting: dict[str, asyncio.Future[ModelInferResponse]] = {}
        # a write that is cancelled ends the whole call, so no request writes by itself
        self._writing = asyncio.create_task(self._write())
        self._reading = asyncio.create_task(self._read())

    async def infer(self, request_id: str, request: bytes) -> ModelInferResponse:
        answer: asyncio.Future[ModelInferResponse] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = answer
        self._outgoing.put_nowait(request)
        try:
            return await answer
        finally:
            self._waiting.pop(request_id, None)

    def close(self) -> None:
        self._call.cancel()

    async def _write(self) -> None:
        while True:
            request = await self._outgoing.get()
            try:
                await self._call.write(request)
            except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
                return  # the call has ended: the reader tells all who wait

    async def _read(self) -> None:
        reason: Exception = AnOpsError(Code.NOT_READY, "Can't predict: the model-service has stopped.")
        try:
            async for data in self._call:
                response = ModelInferResponse.FromString(data)
                answer = self._waiting.get(response.id)
                if answer is not None and not answer.done():
                    answer.set_result(response)
        except grpc.aio.AioRpcError as error:
            reason = error
        finally:
            self.ended = True
            self._writing.cancel()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(reason)
