"""One server of a model: whether it is there, what it says of its model, and its answers."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import grpc
import grpc.aio
from anops_model_interface.answers import Answer
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.open_inference import metadata as keys
from anops_model_interface.open_inference.requests import message_of
from anops_model_interface.open_inference.responses import answer_in
from anops_model_interface.private_stream import LARGEST_BYTES, LIMIT, Announcement, limit_in_metadata
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from anops_api_service.logs import log
from anops_api_service.upstream.channel import open_channel
from anops_api_service.upstream.failed_calls import problem_of_call
from anops_api_service.upstream.lookup import ModelLookup
from anops_api_service.upstream.presence import while_there
from anops_api_service.upstream.stream import ModelStream

if TYPE_CHECKING:
    from anops_model_interface.open_inference.open_inference_pb2 import ModelMetadataResponse
    from anops_model_interface.requests import Request

    from anops_api_service.deadline import Deadline

_INFER = "/inference.GRPCInferenceService/ModelInfer"
_MOST_PAUSE_SECONDS = 2.0
"""How long a server whose model can't be used is left alone until it is asked again."""
_GRACE_SECONDS = 1.0
"""A call is ended by those who wait for it; gRPC ends it only where that did not happen."""


class Follower(Protocol):
    """Is told how a server fares."""

    def ready(self, metadata: ModelMetadataResponse) -> None:
        """Take up what the server says of its model, which can be asked from now on.

        Raises:
            AnOpsError: `NOT_READY`: the model can't be used.
        """

    def paused(self, problem: Problem) -> None:
        """Know that the model can't be asked for the moment."""

    def lost(self, problem: Problem) -> None:
        """Know that the server is away, or its model can't be used."""


class Upstream:
    """The way to one model on one server.

    Attributes:
        url: HOST:PORT of the server.
    """

    def __init__(self, url: str, *, model_name: str = "", poll_seconds: float = 0.5) -> None:
        """Make a way that is not open yet.

        Args:
            url: HOST:PORT of the server.
            model_name: The model's name; empty: the only one the server has.
            poll_seconds: How often to ask a server that can't say by itself when it is ready.
        """
        self.url = url
        self._model_name = model_name
        self._poll_seconds = poll_seconds
        self._known: str | None = None
        self._refusals = 0
        self._stream: ModelStream | None = None

    async def follow(self, follower: Follower) -> None:
        """Keep up with the server until cancelled: fetch the metadata each time it becomes ready.

        Args:
            follower: Is told of every change.
        """
        async with open_channel(self.url) as channel, AsyncExitStack() as leaving:
            leaving.callback(self._close_stream)
            self._follower = follower
            self._lookup = ModelLookup(channel, url=self.url, name=self._model_name)
            self._infer: Any = channel.unary_unary(_INFER)
            health = HealthStub(channel)
            watched = True
            while True:
                try:
                    if watched:
                        await while_there(self._watch(health), health, self.url)
                    else:
                        await self._poll()
                except grpc.aio.AioRpcError as error:
                    if error.code() == grpc.StatusCode.UNIMPLEMENTED and watched:
                        watched = False
                        continue
                    watched = True
                    self._lost(problem_of_call(error, url=self.url))
                except AnOpsError as error:
                    self._lost(error.problem)
                except Exception as error:  # noqa: BLE001  whatever a server sends, the service goes on following it
                    log.error("the model-service's metadata can't be used: %s: %s", type(error).__name__, error)
                    self._lost(
                        Problem(Code.NOT_READY, f"The metadata of the model at {self.url} can't be used; see the log.")
                    )
                pause = min(self._poll_seconds, 0.2)
                await asyncio.sleep(min(pause * 2 ** min(self._refusals, 10), _MOST_PAUSE_SECONDS))

    async def infer(
        self, request: Request | bytes, *, deadline: Deadline, once_more: bool, within: float | None
    ) -> Answer:
        """Send a request and wait for its answer.

        Args:
            request: A request; or, for a server of another make, a serialized ModelInferRequest.
            deadline: Until when somebody waits for it.
            once_more: Whether to send it again where the model's process dies over it.
            within: For how many seconds it may be computed, where those are fewer than the server allows.

        Raises:
            AnOpsError: The server refused, failed, or is away; or `MODEL_OUTPUT`: its answer is none.
        """
        for last in (False, True) if once_more else (True,):
            try:
                return await self._sent(request, deadline, within)
            except grpc.aio.AioRpcError as error:
                problem = problem_of_call(error, url=self.url, too_late=deadline.problem)
                cause: Exception = error
            except AnOpsError as error:
                problem, cause = error.problem, error
            if problem.code != Code.WORKER_DIED or last:
                raise AnOpsError.of(problem) from cause
            log.warning("the model's process died; the request is sent again")
        raise AssertionError  # the loop either returned or raised

    async def _sent(self, request: Request | bytes, deadline: Deadline, within: float | None) -> Answer:
        if not isinstance(request, bytes):
            stream = self._stream
            most = LARGEST_BYTES - LIMIT.size
            if stream is not None and stream.is_open and request.values_bytes <= most:
                packed = request.to_bytes()
                if len(packed) <= most:
                    return Answer.from_bytes(await stream.infer(packed, within=within))
            request = message_of(request).SerializeToString()
        answer: bytes = await self._infer(
            request, timeout=max(deadline.remaining, 0) + _GRACE_SECONDS, metadata=limit_in_metadata(within)
        )
        return answer_in(answer)

    async def _watch(self, health: HealthStub) -> None:
        call = health.Watch(HealthCheckRequest(service=""))  # type: ignore[attr-defined]  # generated
        async for update in call:
            if update.status == HealthCheckResponse.SERVING:
                await self._fetch()
            else:
                self._follower.paused(
                    Problem(Code.NOT_READY, "The model is being loaded, or its process is restarting.")
                )

    async def _poll(self) -> None:
        while True:
            if not await self._lookup.ready(self._known or ""):
                self._lost(Problem(Code.NOT_READY, f"The server at {self.url} says the model is not ready."))
            elif self._known is None:
                await self._fetch()
            await asyncio.sleep(self._poll_seconds)

    async def _fetch(self) -> None:
        try:
            metadata = await self._lookup.metadata()
            await self._open_stream(Announcement.from_text(metadata.properties.get(keys.STREAM, "")))
            self._follower.ready(metadata)
        except AnOpsError:
            self._refusals += 1
            raise
        self._refusals = 0
        self._known = metadata.name

    async def _open_stream(self, announcement: Announcement | None) -> None:
        if self._stream is not None and self._stream.announcement == announcement:
            return  # the same process: its workers were away
        self._close_stream()
        if announcement is not None:
            self._stream = ModelStream(self.url.rpartition(":")[0].strip("[]"), announcement)
            await self._stream.open()

    def _close_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _lost(self, problem: Problem) -> None:
        self._close_stream()
        self._known = None
        # whatever the server's reason, for our callers the model is not ready now
        self._follower.lost(replace(problem, code=Code.NOT_READY))
