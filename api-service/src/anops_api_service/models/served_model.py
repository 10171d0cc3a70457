"""One model in service: what it is now, whether it can be asked, and the queue before it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

from anops_api_service.logs import log
from anops_api_service.models.constant_warnings import constant_warnings
from anops_api_service.models.described_model import DescribedModel
from anops_api_service.models.model_call import asked_once
from anops_api_service.models.replaced import ReplacedError, rows_for
from anops_api_service.models.returning import Return
from anops_api_service.queue.batching import Batcher
from anops_api_service.queue.room import Room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.open_inference.open_inference_pb2 import ModelMetadataResponse
    from anops_model_interface.open_inference.tensor_layout import Declared

    from anops_api_service.deadline import Deadline, Deadlines
    from anops_api_service.identity import Identity
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.sent import Sent
    from anops_api_service.upstream.upstream import Upstream

_SERVER_PAUSE_SECONDS = 0.05
Measured = Callable[["DescribedModel", "Frame", "Mapping[str, OptionValue]", "ModelAnswer"], None]
"""Takes in a call: the model, its rows, what was asked of it, its answer."""


def _not_measured(_: DescribedModel, __: Frame, ___: Mapping[str, OptionValue], ____: ModelAnswer) -> None:
    pass


class ServedModel:
    """One model on one server.

    Attributes:
        upstream: The way to it.
        deadlines: How long its answers are waited for.
        model: What it is, while its server is there; its worker may be restarting.
        identity: Which model it is, or was when it was known last; None before.
        changed: Called after each change of what it is.
        measured: Takes in each call of the model that was answered, but for those that nobody asked for.
        refusal: Why it is not served although its server is there; None where it is.
    """

    def __init__(
        self, upstream: Upstream, deadlines: Deadlines, *, max_queue: int = 1024, declared: Declared | None = None
    ) -> None:
        """Serve a model that is not known yet.

        Args:
            upstream: The way to it.
            deadlines: How long its answers are waited for.
            max_queue: How many predictions may be under way or wait.
            declared: What a person says of a model whose server is of another make.
        """
        self.upstream = upstream
        self.deadlines = deadlines
        self.model: DescribedModel | None = None
        self.identity: Identity | None = None
        self.changed: Callable[[], None] = lambda: None
        self.measured: Measured = _not_measured
        self.refusal: Problem | None = None
        self._declared = declared
        self._room = Room(max_queue)
        self._batcher: Batcher | None = None
        self._return = Return()
        self._learning: asyncio.Task[None] | None = None
        self._ready = False
        self._problem = Problem(Code.NOT_READY, f"The model-service at {upstream.url} has not answered yet.")

    @property
    def waiting(self) -> int:
        """How many predictions are under way or wait."""
        return self._room.taken

    @property
    def problem(self) -> Problem | None:
        """Why the model is not ready; None while it is."""
        return self.refusal or (None if self._ready else self._problem)

    async def ready_model(self, deadline: Deadline | None = None) -> DescribedModel:
        """Return the model, also while its process restarts: the server keeps requests for that long.

        Where the server itself has just gone, it is waited for a moment: another mostly takes its place.

        Args:
            deadline: Until when somebody waits for it.

        Raises:
            AnOpsError: `NOT_READY`: there is none now; the text says why.
        """
        while self.model is None and self.refusal is None and await self._return.expected(deadline):
            pass
        if self.model is None or self.refusal is not None:
            raise AnOpsError.of(self.refusal or self._problem)
        return self.model

    async def follow(self) -> None:
        """Keep up with the server until cancelled."""
        await self.upstream.follow(self)

    async def room(self) -> None:
        """Wait, after `QUEUE_FULL`, until there is a place in the queue; who asks at once gets it."""
        if self._room.is_full:
            await self._room.free()
        else:
            # the server is full of others' requests, and can't say when it will have room
            await asyncio.sleep(_SERVER_PAUSE_SECONDS)

    async def predict(self, model: DescribedModel, sent: Sent, *, request_id: str) -> ModelAnswer:
        """Ask for predictions for whoever does not watch a client meanwhile, and give up at the deadline.

        Args:
            model: The model the rows were read for.
            sent: The rows.
            request_id: The request's id.

        Raises:
            AnOpsError: As `answer()` does, or `DEADLINE`.
        """
        deadline = self.deadlines.begin()
        return await deadline.wait(self.answer(model, sent, deadline, request_id=request_id))

    async def answer(self, model: DescribedModel, sent: Sent, deadline: Deadline, *, request_id: str) -> ModelAnswer:
        """Ask the model for predictions, in a batch with others where its rows do not depend on each other.

        Args:
            model: The model the rows were read for.
            sent: The rows.
            deadline: Until when they are waited for.
            request_id: The request's id.

        Returns:
            As many rows as were sent, the warnings of the rows and of the model, and which model it was.

        Raises:
            AnOpsError: `QUEUE_FULL`; the rows do not fit the schema; or the model-service refused, failed, or gave
                another number of rows.
        """
        if model is self.model and self._batcher is not None:
            return await self._batcher.predict(sent, deadline)
        self._room.enter()
        try:
            decoded, began = sent.read(), time.perf_counter()
            answered = await self._ask(model, decoded.frame, decoded.options, deadline=deadline, request_id=request_id)
            waited = max(time.perf_counter() - began - answered.model_seconds, 0.0)
            told = (*decoded.warnings, *answered.warnings)
            return replace(answered, warnings=told, queue_seconds=waited, notices=decoded.notices)
        finally:
            self._room.leave()

    async def answer_aside(
        self, model: DescribedModel, frame: Frame, options: Mapping[str, OptionValue], deadline: Deadline
    ) -> ModelAnswer:
        """Ask for predictions of rows that nobody sent: they are counted nowhere, and in no batch with others.

        Args:
            model: The model the rows were made for.
            frame: The rows; they fit its schema.
            options: What is asked; it fits likewise.
            deadline: Until when they are waited for.

        Raises:
            AnOpsError: As `answer()` does.
        """
        self._room.enter()
        try:
            return await self._ask(model, frame, options, deadline=deadline, counts=False)
        finally:
            self._room.leave()

    def ready(self, metadata: ModelMetadataResponse) -> None:
        """Take up what the server says of its model, which can be asked from now on.

        Raises:
            AnOpsError: `NOT_READY`: the model can't be used.
        """
        model = DescribedModel.of(metadata, self._declared)
        if self.model is None or self.model.metadata != model.metadata:
            self._take_up(model)
        # else its workers were away: who waits for them keeps the place in the queue
        if self._batcher is not None:
            self._learning = asyncio.create_task(self._learn(model, self._batcher))
        self._ready = True
        self._return.happened()
        url, digest = self.upstream.url, model.digest or "no digest"
        log.info("ready: model %s %s (%s) at %s", model.name, model.version, digest, url)
        self.changed()

    def paused(self, problem: Problem) -> None:
        """Know that the model can't be asked for the moment."""
        if self._ready:
            self._return.expect()
        if self._ready or problem != self._problem:
            log.warning("not ready: %s", f"{problem.message} {problem.remedy or ''}".rstrip())
        self._ready = False
        self._problem = problem

    def lost(self, problem: Problem, *, may_return: bool) -> None:
        """Know that the server is away, or its model can't be used."""
        self.paused(problem)
        if self.model is not None and may_return:
            self._return.expect()
        elif not may_return:
            self._return.give_up()
        self.model = None
        self.changed()

    async def settled(self) -> None:
        """Wait until all requests that were received by now have their answers, or are with the server."""
        if self._batcher is not None:
            await self._batcher.settled()

    def _take_up(self, model: DescribedModel) -> None:
        self.model, self.identity = model, model.identity
        # one place more than workers: the next batch is on its way while the last is computed
        self._batcher = (
            Batcher(partial(self._ask, model), places=model.workers + 1, max_rows=model.max_batch_rows, room=self._room)
            if model.batches
            else None
        )

    async def _learn(self, model: DescribedModel, batcher: Batcher) -> None:
        async def ask(frame: Frame, options: Mapping[str, OptionValue]) -> ModelAnswer:
            return await self._ask(model, frame, options, deadline=self.deadlines.begin(), counts=False)

        batcher.usual = await constant_warnings(model, ask)

    async def _ask(
        self,
        model: DescribedModel,
        frame: Frame,
        options: Mapping[str, OptionValue],
        *,
        deadline: Deadline,
        once_more: bool = True,
        within: float | None = None,
        request_id: str = "",
        counts: bool = True,
    ) -> ModelAnswer:
        unheard = True
        while True:
            try:
                model, frame = self._as_now(model, frame, options)
                answered = await asked_once(
                    self.upstream,
                    model,
                    frame,
                    options,
                    deadline=deadline,
                    once_more=once_more,
                    within=within,
                    request_id=request_id,
                )
                if counts:
                    self.measured(model, frame, options, answered)
                return answered
            except AnOpsError as error:
                # the server stops, and has not begun with it; or it has gone, and its answer with it
                if error.problem.code is not Code.NOT_READY or isinstance(error, ReplacedError):
                    raise
                if unheard and self._ready:
                    unheard = False  # a call may fail a moment before who follows the server hears of its end
                    await self._return.news(deadline)
                elif not await self._return.expected(deadline):
                    raise

    def _as_now(
        self, model: DescribedModel, frame: Frame, options: Mapping[str, OptionValue]
    ) -> tuple[DescribedModel, Frame]:
        """Return a model and rows for it as they are to be asked now, where another has taken its place meanwhile.

        Raises:
            AnOpsError: `NOT_READY`: there is none now, or the rows are none for it.
        """
        now = self.model
        if now is None:
            raise AnOpsError.of(self._problem)
        if now is model:
            return model, frame
        return now, rows_for(now, model, frame, options)
