"""The connection to the model-service: whether it is ready, which model it has, and its predictions."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
from anops_model_interface import metadata as keys
from anops_model_interface.errors import AnOpsError, Code, Problem
from anops_model_interface.frames import Frame
from anops_model_interface.open_inference_pb2 import ModelInferResponse
from anops_model_interface.private_stream import LARGEST_BYTES, LIMIT, limit_in_metadata
from anops_model_interface.responses import decode_response
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from anops_api_service.alarms import Alarm, Limit
from anops_api_service.answered import Answered
from anops_api_service.batching import Batcher
from anops_api_service.dialects import no_rows, request_of
from anops_api_service.failed_calls import problem_of_call, too_late
from anops_api_service.loaded_model import LoadedModel
from anops_api_service.logs import log
from anops_api_service.model_channel import open_channel
from anops_api_service.model_lookup import ModelLookup
from anops_api_service.model_stream import ModelStream
from anops_api_service.presence import while_there
from anops_api_service.usual_warnings import usual_warnings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.tensor_layout import Declared

    from anops_api_service.sent import Sent

_INFER = "/inference.GRPCInferenceService/ModelInfer"
_MOST_PAUSE_SECONDS = 2.0
"""How long a server whose model can't be used is left alone until it is asked again."""


class ModelClient:
    """Follows one model on one server.

    Args:
        url: HOST:PORT of the server.
        model_name: The model's name; empty: the only one the server has.
        deadline_seconds: After how long a call is given up.
        max_queue: How many predictions may be under way or wait.
        poll_seconds: How often to ask a server that can't say by itself when it is ready.
        declared: What a person says of a model whose server is of another make.
    """

    def __init__(
        self,
        url: str,
        *,
        model_name: str = "",
        deadline_seconds: float = 60,
        max_queue: int = 1024,
        poll_seconds: float = 0.5,
        declared: Declared | None = None,
    ) -> None:
        self.url = url
        self._declared = declared
        self._refusals = 0
        self._model_name = model_name
        self.deadline_seconds = deadline_seconds
        self._poll_seconds = poll_seconds
        self._max_queue = max_queue
        self._asked = 0
        self._model: LoadedModel | None = None
        self._batcher: Batcher | None = None
        self._deadline = Alarm(deadline_seconds)
        self._learning: asyncio.Task[None] | None = None
        self._stream: ModelStream | None = None
        self._ready = False
        self._problem = Problem(Code.NOT_READY, f"The model-service at {url} has not answered yet.")

    @property
    def model(self) -> LoadedModel | None:
        """The model, while its server is there; its worker may be restarting."""
        return self._model

    @property
    def problem(self) -> Problem | None:
        """Why the model is not ready; None while it is."""
        return None if self._ready else self._problem

    def ready_model(self) -> LoadedModel:
        """Return the model, also while its process restarts: the server keeps requests for that long.

        Raises:
            AnOpsError: `NOT_READY`: there is none now; the text says why.
        """
        if self._model is None:
            raise AnOpsError.of(self._problem)
        return self._model

    async def follow(self) -> None:
        """Keep up with the server until cancelled: fetch the metadata each time it becomes ready."""
        async with open_channel(self.url) as channel, AsyncExitStack() as leaving:
            leaving.callback(self._close_stream)
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
                    self._lost(self._problem_of(error))
                except AnOpsError as error:
                    self._lost(error.problem)
                except Exception as error:  # noqa: BLE001  whatever a server sends, the service goes on following it
                    log.error("the model-service's metadata can't be used: %s: %s", type(error).__name__, error)
                    self._lost(
                        Problem(Code.NOT_READY, f"The metadata of the model at {self.url} can't be used; see the log.")
                    )
                pause = min(self._poll_seconds, 0.2)
                await asyncio.sleep(min(pause * 2 ** min(self._refusals, 10), _MOST_PAUSE_SECONDS))

    async def predict(self, model: LoadedModel, sent: Sent, *, request_id: str) -> Answered:
        """Ask the model for predictions, and give up after the deadline.

        Args:
            model: The model the rows were read for.
            sent: The rows.
            request_id: The request's id.

        Raises:
            AnOpsError: As `answer()` does, or `DEADLINE`.
        """
        limit = Limit(self._deadline)
        ring = limit.ring
        self._deadline.set(ring)
        try:
            return await self.answer(model, sent, request_id=request_id)
        except asyncio.CancelledError:
            if limit.ended_it():
                raise self.too_late() from None
            raise
        finally:
            self._deadline.take_back(ring)

    async def answer(self, model: LoadedModel, sent: Sent, *, request_id: str) -> Answered:
        """Ask the model for predictions, in a batch with others where its rows do not depend on each other.

        Args:
            model: The model the rows were read for.
            sent: The rows.
            request_id: The request's id.

        Returns:
            As many rows as were sent, the warnings of the rows and of the model, and which model it was.

        Raises:
            AnOpsError: `QUEUE_FULL`; the rows do not fit the schema; or the model-service refused, failed, or gave
                another number of rows.
        """
        if model is self._model and self._batcher is not None:
            return await self._batcher.predict(sent)
        if self._asked >= self._max_queue:
            raise AnOpsError(
                Code.QUEUE_FULL,
                f"Can't predict: {self._asked} requests are waiting, and no more may.",
                remedy="Send it again later.",
            )
        self._asked += 1
        try:
            return await self._whole(model, sent, request_id)
        finally:
            self._asked -= 1

    async def _whole(self, model: LoadedModel, sent: Sent, request_id: str) -> Answered:
        decoded = sent.read()
        answered = await self._ask(model, decoded.frame, decoded.options, request_id=request_id)
        return replace(answered, warnings=(*decoded.warnings, *answered.warnings))

    async def _ask(
        self,
        model: LoadedModel,
        frame: Frame,
        options: Mapping[str, OptionValue],
        once_more: bool = True,  # noqa: FBT001, FBT002  the batcher passes it
        within: float | None = None,
        *,
        request_id: str = "",
    ) -> Answered:
        if model.layout is not None and frame.rows == 0:
            return no_rows(model)  # many models can't predict no rows, and no rows need no model
        request, told = request_of(model, frame, options, request_id)
        response = ModelInferResponse.FromString(await self._call(request, once_more=once_more, within=within))
        predictions, warnings = decode_response(response, model.schema.outputs)
        if predictions.rows != frame.rows or not predictions.columns:
            raise AnOpsError(
                Code.MODEL_OUTPUT,
                f"Can't use the answer of model `{model.name}`: it must have {frame.rows} rows like the data, "
                f"not {predictions.rows}.",
            )
        digest = response.parameters[keys.DIGEST].string_param if keys.DIGEST in response.parameters else ""
        return Answered.whole(predictions, (*told, *warnings), model.identity.as_of(response.model_version, digest))

    async def _call(self, request: bytes, *, once_more: bool, within: float | None) -> bytes:
        loop = asyncio.get_running_loop()
        end = loop.time() + self.deadline_seconds
        for last in (False, True) if once_more else (True,):
            try:
                stream = self._stream
                if stream is not None and stream.is_open and len(request) <= LARGEST_BYTES - LIMIT.size:
                    return await stream.infer(request, within=within)
                answer: bytes = await self._infer(
                    request, timeout=max(end - loop.time(), 0.001), metadata=limit_in_metadata(within)
                )
                return answer
            except grpc.aio.AioRpcError as error:
                problem = self._problem_of(error)
                cause: Exception = error
            except AnOpsError as error:
                problem, cause = error.problem, error
            if problem.code != Code.WORKER_DIED or last:
                raise AnOpsError.of(problem) from cause
            log.warning("the model's process died; the request is sent again")
        raise AssertionError  # the loop either returned or raised

    def too_late(self) -> AnOpsError:
        """Return the error for who has waited longer than the deadline."""
        return AnOpsError.of(too_late(self.deadline_seconds))

    def _problem_of(self, error: grpc.aio.AioRpcError) -> Problem:
        return problem_of_call(error, url=self.url, deadline_seconds=self.deadline_seconds)

    async def _watch(self, health: HealthStub) -> None:
        call = health.Watch(HealthCheckRequest(service=""))  # type: ignore[attr-defined]  # generated
        async for update in call:
            if update.status == HealthCheckResponse.SERVING:
                await self._fetch()
            else:
                self._pause(Problem(Code.NOT_READY, "The model is being loaded, or its process is restarting."))

    async def _poll(self) -> None:
        while True:
            ready = await self._lookup.ready(self._model.name if self._model is not None else "")
            if not ready:
                self._lost(Problem(Code.NOT_READY, f"The server at {self.url} says the model is not ready."))
            elif self._model is None:
                await self._fetch()
            await asyncio.sleep(self._poll_seconds)

    async def _fetch(self) -> None:
        try:
            model = LoadedModel.of(await self._lookup.metadata(), self._declared)
        except AnOpsError:
            self._refusals += 1
            raise
        self._refusals = 0
        if self._model is None or self._model.metadata != model.metadata:
            await self._take_up(model)
        # else its workers were away: who waits for them keeps the place in the queue
        if self._batcher is not None:
            self._learning = asyncio.create_task(self._learn(model, self._batcher))
        self._ready = True
        log.info("ready: model %s %s (%s) at %s", model.name, model.version, model.digest or "no digest", self.url)

    async def _take_up(self, model: LoadedModel) -> None:
        await self._open_stream(model)
        self._model = model
        # one place more than workers: the next batch is on its way while the last is computed
        self._batcher = (
            Batcher(
                partial(self._ask, model),
                places=model.workers + 1,
                max_rows=model.max_batch_rows,
                max_waiting=self._max_queue,
            )
            if model.batches
            else None
        )

    async def _open_stream(self, model: LoadedModel) -> None:
        if self._stream is not None and self._stream.announcement == model.stream:
            return  # the same process: its workers were away
        self._close_stream()
        if model.stream is not None:
            self._stream = ModelStream(self.url.rpartition(":")[0].strip("[]"), model.stream)
            await self._stream.open()

    def _close_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    async def _learn(self, model: LoadedModel, batcher: Batcher) -> None:
        batcher.usual = await usual_warnings(model, partial(self._ask, model))

    def _lost(self, problem: Problem) -> None:
        self._pause(problem)
        self._close_stream()
        self._model = None

    def _pause(self, problem: Problem) -> None:
        # whatever the server's reason, for our callers the model is not ready now
        problem = replace(problem, code=Code.NOT_READY)
        if self._ready or problem != self._problem:
            log.warning("not ready: %s", f"{problem.message} {problem.remedy or ''}".rstrip())
        self._ready = False
        self._problem = problem
