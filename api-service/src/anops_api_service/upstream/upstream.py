"""One server of a model: whether it is there, what it says of its model, and its answers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import grpc
import grpc.aio
from anops_model_interface.answers import Answer
from anops_model_interface.certificates import CertificateError, CertificateFiles
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.open_inference import metadata as keys
from anops_model_interface.open_inference.requests import message_of
from anops_model_interface.open_inference.responses import answer_in
from anops_model_interface.private_stream import LARGEST_BYTES, LIMIT, Announcement
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from anops_api_service.logs import log
from anops_api_service.upstream.failed_calls import problem_of_call
from anops_api_service.upstream.lookup import ModelLookup
from anops_api_service.upstream.private_stream import ModelStream
from anops_api_service.upstream.server_watch import SilentError, max_silence_seconds, while_there
from anops_api_service.upstream.way import Way

if TYPE_CHECKING:
    from anops_model_interface.open_inference.open_inference_pb2 import ModelMetadataResponse
    from anops_model_interface.requests import Request
    from anops_model_interface.worker_figures import WorkerFigures
    from grpc_health.v1.health_pb2_grpc import HealthStub

    from anops_api_service.deadline import Deadline

_MOST_PAUSE_SECONDS = 2.0
"""How long a server whose model can't be used is left alone until it is asked again."""
_SOON_SECONDS = 0.02
_REFUSED = "Connection refused"
"""What gRPC says of a port at which nobody listens: asking there costs next to nothing, and a server may start soon."""
_NONE = CertificateFiles()
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

    def lost(self, problem: Problem, *, may_return: bool) -> None:
        """Know that the server is away, or its model can't be used.

        Args:
            problem: Why.
            may_return: Whether it went away as one does that is restarted or replaced, which takes a moment.
        """

    async def settled(self) -> None:
        """Wait until all requests that were received by now have their answers."""


class Upstream:
    """The way to one model on one server.

    Attributes:
        url: HOST:PORT of the server.
    """

    def __init__(
        self,
        url: str,
        *,
        model_name: str = "",
        poll_seconds: float = 0.5,
        deadline_seconds: float = 30.0,
        certificates: CertificateFiles = _NONE,
    ) -> None:
        """Make a way that is not open yet.

        Args:
            url: HOST:PORT of the server.
            model_name: The model's name; empty: the only one the server has.
            poll_seconds: How often to ask a server that can't say by itself when it is ready.
            deadline_seconds: How long its answers are waited for.
            certificates: With which it is asked; read for each new connection.
        """
        self.url = url
        self._deadline_seconds = deadline_seconds
        self._certificates = certificates
        self._model_name = model_name
        self._poll_seconds = poll_seconds
        self._known: str | None = None
        self._in_vain = 0
        self._own = False
        self._way: Way | None = None
        self._stream: ModelStream | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def follow(self, follower: Follower) -> None:
        """Keep up with the server until cancelled: fetch the metadata each time it becomes ready.

        Args:
            follower: Is told of every change.
        """
        self._follower = follower
        self._watched = True
        try:
            while True:
                # another way each time: behind the address there may be another server by now
                self._leave()
                pause = await self._follow_anew()
                await asyncio.sleep(min(pause * 2 ** min(self._in_vain, 10), _MOST_PAUSE_SECONDS))
        finally:
            if self._stream is not None:
                self._stream.close()
            for closing in self._closing:
                closing.cancel()
            if self._way is not None:
                await self._way.close(grace_seconds=0)

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
                problem = self._problem_of(error, deadline.problem)
                cause: Exception = error
            except AnOpsError as error:
                problem, cause = error.problem, error
            if problem.code != Code.WORKER_DIED or last:
                raise AnOpsError.of(problem) from cause
            log.warning("the model's process died; the request is sent again")
        raise AssertionError  # the loop either returned or raised

    async def figures(self) -> WorkerFigures | None:
        """Ask how the server's workers are; None where it is of another make, or away."""
        return None if self._stream is None else await self._stream.figures()

    async def _sent(self, request: Request | bytes, deadline: Deadline, within: float | None) -> Answer:
        if not isinstance(request, bytes):
            stream = self._stream
            most = LARGEST_BYTES - LIMIT.size
            if stream is not None and stream.is_open and (request.values_bytes <= most or stream.takes_any_length):
                answer = await stream.infer(request.to_bytes(), within=within)
                if answer is not None:
                    return Answer.from_bytes(answer)
            request = message_of(request).SerializeToString()
        assert self._way is not None  # noqa: S101  who asks has the model, which came by it
        seconds = max(deadline.remaining, 0) + _GRACE_SECONDS
        return answer_in(await self._way.infer(request, seconds=seconds, within=within))

    async def _follow_anew(self) -> float:
        """Follow the server on a way of its own; return how many seconds to leave it alone."""
        self._way = None
        try:
            self._way = Way(self.url, self._certificates)
        except CertificateError as error:
            self._in_vain += 1
            self._lost(Problem(Code.NOT_READY, str(error)))
            return _MOST_PAUSE_SECONDS
        self._lookup = ModelLookup(self._way.channel, url=self.url, name=self._model_name)
        return await self._follow(self._way)

    async def _follow(self, way: Way) -> float:
        """Follow the server on one way until that ends; return how many seconds to leave it alone."""
        try:
            if self._watched:
                await while_there(self._watch(way.health), way.health, self.url, self._max_silence)
                self._in_vain += 1
                return _SOON_SECONDS  # it has said all that it will: it stops, and another may have taken its place
            await self._poll()
        except grpc.aio.AioRpcError as error:
            if error.code() == grpc.StatusCode.UNIMPLEMENTED and self._watched:
                self._watched = False
                return 0.0
            self._watched = True
            silent = error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
            if _REFUSED not in (error.details() or ""):
                self._in_vain += 1  # somebody is there, who is none of ours or cuts every connection
            self._lost(self._problem_of(error), may_return=not silent)
        except SilentError as error:
            self._lost(error.problem)
            if self._own:
                way.give_up(error.problem)
                if self._stream is not None:
                    self._stream.give_up(error.problem)
        except AnOpsError as error:
            self._in_vain += 1
            self._lost(error.problem)
        except Exception as error:  # noqa: BLE001  whatever a server sends, the service goes on following it
            log.error("the model-service's metadata can't be used: %s: %s", type(error).__name__, error)
            self._lost(Problem(Code.NOT_READY, f"The metadata of the model at {self.url} can't be used; see the log."))
        return min(self._poll_seconds, 0.2)

    def _max_silence(self) -> float:
        return max_silence_seconds(self._deadline_seconds, own=self._own)

    async def _watch(self, health: HealthStub) -> None:
        call = health.Watch(HealthCheckRequest(service=""))  # type: ignore[attr-defined]  # generated
        asking: asyncio.Task[None] | None = None
        try:
            async for update in call:
                if asking is not None:
                    asking.cancel()
                if update.status == HealthCheckResponse.SERVING:
                    await self._fetch()
                else:
                    self._follower.paused(
                        Problem(Code.NOT_READY, "The model is being loaded, or its process is restarting.")
                    )
                    asking = asyncio.create_task(self._learn_why())
        finally:
            if asking is not None:
                asking.cancel()

    async def _learn_why(self) -> None:
        """Ask again and again why there is no worker: the server knows once several have failed to start."""
        while True:
            await asyncio.sleep(self._poll_seconds)
            with suppress(grpc.aio.AioRpcError, AnOpsError, ValueError):
                metadata = await self._lookup.metadata()
                if why := metadata.properties.get(keys.WHY_NOT):
                    self._follower.paused(replace(Problem.from_bytes(why.encode()), code=Code.NOT_READY))

    async def _poll(self) -> None:
        while True:
            if not await self._lookup.ready(self._known or "", seconds=self._max_silence()):
                self._lost(Problem(Code.NOT_READY, f"The server at {self.url} says the model is not ready."))
            elif self._known is None:
                await self._fetch()
            await asyncio.sleep(self._poll_seconds)

    async def _fetch(self) -> None:
        metadata = await self._lookup.metadata()
        announcement = Announcement.from_text(metadata.properties.get(keys.STREAM, ""))
        self._own = announcement is not None
        await self._open_stream(announcement)
        self._follower.ready(metadata)
        self._in_vain = 0
        self._known = metadata.name

    async def _open_stream(self, announcement: Announcement | None) -> None:
        earlier = self._stream
        if earlier is not None:
            if earlier.announcement == announcement:
                return  # the same process: its workers were away
            self._stream = None
            earlier.retire()
        if announcement is not None:
            host = self.url.rpartition(":")[0].strip("[]")
            stream = ModelStream(host, announcement, self._follower.settled, self._certificates)
            await stream.open()
            self._stream = stream

    def _leave(self) -> None:
        """Close the way there is; who waits for an answer on it gets that."""
        if self._way is not None:
            closing = asyncio.create_task(self._way.close(grace_seconds=self._deadline_seconds + _GRACE_SECONDS))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    def _problem_of(self, error: grpc.aio.AioRpcError, too_late: Problem | None = None) -> Problem:
        return problem_of_call(error, url=self.url, too_late=too_late, with_tls=bool(self._certificates))

    def _lost(self, problem: Problem, *, may_return: bool = False) -> None:
        self._known = None
        # whatever the server's reason, for our callers the model is not ready now
        self._follower.lost(replace(problem, code=Code.NOT_READY), may_return=may_return)
