"""Natural batching: requests that wait while the workers are busy go to the model together.

There is no timer. A request that finds a free place is sent at once; the others wait, and when a call comes back,
all that wait with the same options go as one batch. So an idle service adds no delay, and a busy one shares the cost
of a call among its callers. Those of a call that was shared have their answers at the same time, and mostly ask again
at the same time: then the first waits until the others were read, which takes a turn of the loop for each that comes.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_api_service.call_trace import CALL_TRACE
from anops_api_service.model_answer import ModelAnswer
from anops_api_service.queue.batch import Piece, answer, checked, hung, refuse, trace_of
from anops_api_service.queue.joined import joined
from anops_api_service.queue.pace import Pace
from anops_api_service.queue.pieces import FEWEST_ROWS, Pieces
from anops_api_service.queue.usual import Usual, is_usual
from anops_api_service.queue.waiting import Waiting
from anops_api_service.sent import Decoded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from anops_model_interface.frames import Frame, OptionValue

    from anops_api_service.deadline import Deadline
    from anops_api_service.queue.room import Room
    from anops_api_service.sent import Sent

MOST_TURNS = 8
"""For so many turns of the loop, each as long as it takes to read what has come, requests gather while a call runs."""

SHORT_SECONDS = 0.004
"""Calls that take longer are not sent before a worker is free: what waits for it meanwhile makes the batch larger,
which spares more than the worker loses."""

_END = attrgetter("end")

SHARED_FAILURES = frozenset({Code.NOT_READY, Code.QUEUE_FULL})
"""Failures of the whole service, in which no single request has a part: sending each again would not help."""


class Call(Protocol):
    """Asks the model."""

    def __call__(
        self,
        frame: Frame,
        options: Mapping[str, OptionValue],
        *,
        deadline: Deadline,
        once_more: bool,
        within: float | None,
    ) -> Awaitable[ModelAnswer]:
        """Ask the model.

        Args:
            frame: The rows.
            options: What is asked of it.
            deadline: Until when somebody waits for the answer.
            once_more: Whether to ask again where its process dies over it.
            within: For how many seconds it may be computed, where those are fewer than the model-service allows.
        """


class Batcher:
    """The queue before one version of one model whose rows do not depend on each other.

    Attributes:
        usual: What the model warns of whatever the rows are; a batch need not be asked again for it.
    """

    def __init__(
        self,
        call: Call,
        *,
        places: int,
        max_rows: int,
        room: Room,
    ) -> None:
        """Make an empty queue, in the loop that will use it.

        Args:
            call: Asks the model.
            places: How many calls may be under way: one for each worker, and one that is ready for the next free.
            max_rows: The most rows of one call.
            room: How many requests may be under way or wait; further ones are refused.
        """
        self.usual: Usual = frozenset()
        self._call = call
        self._places = places
        self._workers = max(places - 1, 1)
        self._call_seconds = 0.0
        self._pace = Pace()
        self._pieces = Pieces(workers=self._workers, max_rows=max_rows)
        self._least = min(max_rows, FEWEST_ROWS)
        self._room = room
        self._waiting = Waiting(self._pace, max_rows)
        self._loop = asyncio.get_running_loop()  # asked once: it is a call of the system
        self._arrived = False
        self._gathering = 0
        self._crowded = False
        self._calls: dict[asyncio.Task[None], list[Piece]] = {}
        self._large: set[asyncio.Future[None]] = set()

    async def predict(self, sent: Sent, deadline: Deadline) -> ModelAnswer:
        """Predict rows in their order, together with those of others.

        A caller that is cancelled takes its rows out of the queue, and ends the call where nobody waits for it.

        Args:
            sent: The rows, and what is asked of the model.
            deadline: Until when the caller waits.

        Returns:
            The answer; its warnings begin with those of the rows themselves.

        Raises:
            AnOpsError: `QUEUE_FULL`, what is wrong with the rows, or what the model answered to these rows alone.
        """
        self._room.enter()
        try:
            rows = sent.rows
            if rows <= self._least or rows <= self._pieces.rows_for(rows):
                return await self._one(sent, rows, deadline)
            return await self._in_pieces(sent.read(), deadline)
        finally:
            self._room.leave()

    async def settled(self) -> None:
        """Wait until all requests that are in the queue by now, or with the model, have their answers."""
        waited: set[asyncio.Future[Any]] = {*self._large}
        waited.update(piece.answer for batch in ([*self._waiting], *self._calls.values()) for piece in batch)
        if waited:
            await asyncio.wait(waited)

    async def _in_pieces(self, decoded: Decoded, deadline: Deadline) -> ModelAnswer:
        # a piece for each worker: whenever one comes back, what others have sent meanwhile has its turn
        free = asyncio.Semaphore(self._pieces.workers)

        async def predict(start: int, rows: int) -> ModelAnswer:
            try:
                piece = Decoded(decoded.frame.take(start, start + rows), decoded.options)
                return await self._one(piece, rows, deadline)
            except AnOpsError as error:
                raise AnOpsError.of(error.problem.after(start)) from error
            finally:
                free.release()

        asked: dict[int, asyncio.Task[ModelAnswer]] = {}
        start, whole = 0, self._loop.create_future()
        self._large.add(whole)
        try:
            async with asyncio.TaskGroup() as group:
                while start < decoded.rows:
                    await free.acquire()
                    rows = min(self._pieces.rows_for(decoded.rows), decoded.rows - start)
                    asked[start] = group.create_task(predict(start, rows))
                    start += rows
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
        finally:
            self._large.discard(whole)
            whole.set_result(None)
        return joined(decoded, {start: task.result() for start, task in asked.items()})

    async def _one(self, sent: Sent, rows: int, deadline: Deadline) -> ModelAnswer:
        answer: asyncio.Future[ModelAnswer] = self._loop.create_future()
        self._waiting.add(Piece(sent, rows, sent.key, answer, deadline, time.perf_counter(), CALL_TRACE.get()))
        if self._room.taken == 1 and not self._crowded:
            self._send()
        else:
            self._arrived = True
            if not self._gathering:
                self._gathering = MOST_TURNS
                self._loop.call_soon(self._gather)
        try:
            return await answer
        except asyncio.CancelledError:
            self._end_forsaken_calls()
            raise

    def _end_forsaken_calls(self) -> None:
        for task, batch in self._calls.items():
            if all(piece.answer.done() for piece in batch):
                task.cancel()

    def _gather(self) -> None:
        """Send what waits when no more is being read: what has come by now is read in the loop's next turn."""
        self._gathering -= 1
        if self._arrived and (self._calls or self._crowded) and self._gathering:
            self._arrived = False
            self._loop.call_soon(self._gather)
        else:
            self._gathering = 0
            self._send()

    def _send(self) -> None:
        while len(self._calls) < self._places_now() and (batch := self._waiting.next_batch()):
            self._crowded = len(batch) > 1
            task = asyncio.create_task(self._run(batch))
            self._calls[task] = batch
            task.add_done_callback(self._back)

    def _places_now(self) -> int:
        """Return how many calls may be under way: one is ready for the next free worker where that pays."""
        return self._places if self._call_seconds < SHORT_SECONDS else self._workers

    def _back(self, task: asyncio.Task[None]) -> None:
        del self._calls[task]
        self._send()

    async def _run(self, batch: list[Piece]) -> None:
        fit = checked(batch)
        if fit is None:
            return
        batch, frame = fit
        options = batch[0].sent.options
        within = self._within(batch, frame.rows)
        trace, shared = trace_of(batch)
        CALL_TRACE.set(trace)  # for this task alone
        answered: ModelAnswer | None = None
        try:
            # a batch that fails is sent again one by one: each request is sent twice at the most
            once_more = len(batch) == 1 and not batch[0].alone
            at_once = len(self._calls) <= self._workers
            started = time.perf_counter()
            # the call lasts as long as anybody waits for it
            deadline = max((piece.deadline for piece in batch), key=_END) if len(batch) > 1 else batch[0].deadline
            answered = await self._call(frame, options, deadline=deadline, once_more=once_more, within=within)
            ended = time.perf_counter()
            seconds = ended - started
            self._call_seconds += (seconds - self._call_seconds) / 8
            self._pieces.note(frame.rows, seconds)
            self._pace.note(frame.rows, seconds, at_once=at_once, key=batch[0].key)
        except AnOpsError as error:
            late = error.problem.code is Code.DEADLINE
            if len(batch) > 1 and error.problem.code not in SHARED_FAILURES:
                # those of a batch that was ended before the deadline have the whole of it by themselves
                self._waiting.again(batch, suspect=late and within is None)
            else:
                refuse(batch, hung(within) if late and within is not None else error)
            return
        except Exception as error:  # noqa: BLE001  it belongs to those who wait for it
            refuse(batch, error)
            return
        finally:
            if shared is not None:
                shared.ended(frame.rows, None if answered is None else answered.predictions)
        took = answered.model_seconds
        if len(batch) == 1:
            answer(batch[0], replace(answered, queue_seconds=max(ended - batch[0].arrived - took, 0.0)))
        elif not all(is_usual(warn, self.usual) for warn in answered.warnings):
            # whose rows were they? only each by itself can tell
            self._waiting.again(batch)
        else:
            warnings = tuple(replace(warn, rows=()) for warn in answered.warnings)
            start = 0
            for piece in batch:
                stop = start + piece.rows
                waited = max(ended - piece.arrived - took, 0.0)
                answer(piece, ModelAnswer(answered.predictions, start, stop, warnings, answered.model, took, waited))
                start = stop

    def _within(self, batch: list[Piece], rows: int) -> float | None:
        if len(batch) > 1:
            return self._pace.patient_seconds(rows, batch[0].key)
        return self._pace.suspect_seconds(rows, batch[0].key) if batch[0].suspect else None
