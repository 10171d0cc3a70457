"""Natural batching: requests that wait while the workers are busy go to the model together.

There is no timer. A request that finds a free place is sent at once; the others wait, and when a call comes back,
all that wait with the same options go as one batch. So an idle service adds no delay, and a busy one shares the cost
of a call among its callers.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
from anops_model_interface.errors import AnOpsError, Code

from anops_api_service.stacking import stack

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from anops_model_interface.frames import Frame, OptionValue, Warn


SHARED_FAILURES = frozenset({Code.NOT_READY, Code.QUEUE_FULL})
"""Failures of the whole service, in which no single request has a part: sending each again would not help."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the model answered.

    Attributes:
        frame: The predictions.
        warnings: What goes with them.
        version: The version of the model that gave them.
    """

    frame: Frame
    warnings: tuple[Warn, ...]
    version: str


@dataclass(slots=True, eq=False)
class _Piece:
    """Rows that are sent together: a whole request, or what `max_rows` cuts from a large one.

    Attributes:
        frame: The rows.
        options: What is asked of the model.
        key: The same for options that are the same.
        answer: Where the caller waits.
        alone: Whether it is sent by itself, because a batch that it was in failed or warned.
    """

    frame: Frame
    options: Mapping[str, OptionValue]
    key: bytes
    answer: asyncio.Future[Answered]
    alone: bool = False


class Batcher:
    """The queue before one version of one model whose rows do not depend on each other."""

    def __init__(
        self,
        call: Callable[[Frame, Mapping[str, OptionValue], bool], Awaitable[Answered]],
        *,
        places: int,
        max_rows: int,
        max_waiting: int,
    ) -> None:
        """Make an empty queue.

        Args:
            call: Asks the model; the last argument says whether to ask once more where its process dies over it.
            places: How many calls may be under way: one for each worker, and one that is ready for the next free.
            max_rows: The most rows of one call.
            max_waiting: How many requests may be under way or wait; further ones are refused.
        """
        self._call = call
        self._places = places
        self._max_rows = max_rows
        self._max_waiting = max_waiting
        self._waiting: deque[_Piece] = deque()
        self._requests = 0
        self._calls: dict[asyncio.Task[None], list[_Piece]] = {}

    async def predict(self, frame: Frame, options: Mapping[str, OptionValue]) -> Answered:
        """Predict rows in their order, together with those of others.

        A caller that is cancelled takes its rows out of the queue, and ends the call where nobody waits for it.

        Raises:
            AnOpsError: `QUEUE_FULL`, or what the model answered to these rows alone.
        """
        if self._requests >= self._max_waiting:
            raise AnOpsError(
                Code.QUEUE_FULL,
                f"Can't predict: {self._requests} requests are waiting, and no more may.",
                remedy="Send it again later.",
            )
        self._requests += 1
        try:
            return await self._in_pieces(frame, options)
        finally:
            self._requests -= 1

    async def _in_pieces(self, frame: Frame, options: Mapping[str, OptionValue]) -> Answered:
        key = msgspec.json.encode(options, order="sorted")
        if frame.rows <= self._max_rows:
            return await self._one(frame, options, key)
        parts: list[Answered] = []
        warnings: list[Warn] = []
        # one after another: between two pieces of a large request, others have their turn
        for start in range(0, frame.rows, self._max_rows):
            part = await self._one(frame.take(start, start + self._max_rows), options, key)
            parts.append(part)
            warnings += [replace(warn, rows=tuple(row + start for row in warn.rows)) for warn in part.warnings]
        return Answered(stack([part.frame for part in parts]), tuple(dict.fromkeys(warnings)), parts[-1].version)

    async def _one(self, frame: Frame, options: Mapping[str, OptionValue], key: bytes) -> Answered:
        answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Piece(frame, options, key, answer))
        self._send()
        try:
            return await answer
        except asyncio.CancelledError:
            self._end_forsaken_calls()
            raise

    def _end_forsaken_calls(self) -> None:
        for task, batch in self._calls.items():
            if all(piece.answer.done() for piece in batch):
                task.cancel()

    def _send(self) -> None:
        while len(self._calls) < self._places and (batch := self._next_batch()):
            task = asyncio.create_task(self._run(batch))
            self._calls[task] = batch
            task.add_done_callback(self._back)

    def _back(self, task: asyncio.Task[None]) -> None:
        del self._calls[task]
        self._send()

    def _next_batch(self) -> list[_Piece]:
        """Take the oldest piece out of the queue, and all that can go with it."""
        while self._waiting and self._waiting[0].answer.done():
            self._waiting.popleft()  # its caller has left
        if not self._waiting:
            return []
        first = self._waiting.popleft()
        batch, rows = [first], first.frame.rows
        if first.alone:
            return batch
        others: deque[_Piece] = deque()
        for piece in self._waiting:
            if piece.answer.done():
                continue
            fits = not piece.alone and piece.key == first.key and rows + piece.frame.rows <= self._max_rows
            if fits:
                batch.append(piece)
                rows += piece.frame.rows
            else:
                others.append(piece)
        self._waiting = others
        return batch

    async def _run(self, batch: list[_Piece]) -> None:
        try:
            # a batch that fails is sent again one by one: each request is sent twice at the most
            once_more = len(batch) == 1 and not batch[0].alone
            answered = await self._call(stack([piece.frame for piece in batch]), batch[0].options, once_more)
        except AnOpsError as error:
            if len(batch) == 1 or error.problem.code in SHARED_FAILURES:
                _refuse(batch, error)
            else:
                self._again(batch)
            return
        except Exception as error:  # noqa: BLE001  it belongs to those who wait for it
            _refuse(batch, error)
            return
        if len(batch) == 1:
            _answer(batch[0], answered)
        elif answered.warnings:
            # whose rows were they? only each by itself can tell
            self._again(batch)
        else:
            start = 0
            for piece in batch:
                stop = start + piece.frame.rows
                _answer(piece, Answered(answered.frame.take(start, stop), (), answered.version))
                start = stop

    def _again(self, batch: list[_Piece]) -> None:
        """Send each piece of a batch by itself, before all others: it has waited longest."""
        self._waiting.extendleft(
            _Piece(piece.frame, piece.options, piece.key, piece.answer, alone=True) for piece in reversed(batch)
        )


def _answer(piece: _Piece, answered: Answered) -> None:
    if not piece.answer.done():
        piece.answer.set_result(answered)


def _refuse(batch: list[_Piece], error: Exception) -> None:
    for piece in batch:
        if not piece.answer.done():
            piece.answer.set_exception(error)
