"""Predicts a body while it is still arriving, so that its size costs no memory.

The body is read piece by piece, each piece's rows go to the model in batches, a few at a time, and the predictions go
into a spool. Where the model or the spool is slow, the body is read slower. The answer is sent once all rows are
predicted, so that whatever goes wrong in any of them still has a status of its own.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.notices import MAX_ROWS_NAMED
from anops_model_interface.stacking import stack

from anops_api_service.sent import Decoded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from anops_model_interface.frames import Warn
    from anops_model_interface.notices import Notices

    from anops_api_service.bodies.body_room import Held
    from anops_api_service.bodies.upload import Upload
    from anops_api_service.deadline import Deadline
    from anops_api_service.facts import Facts
    from anops_api_service.identity import Identity
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.models.served_model import ServedModel
    from anops_api_service.prediction_log import PredictionLog
    from anops_api_service.spool import Spool
    from anops_api_service.traffic.shadow import Shadow
    from anops_api_service.writers.writer import Writer

SMALL_BYTES = 1 << 14
"""What is smaller is read on the spot; for more it pays to use a thread, so that others are answered meanwhile."""

MOST_WARNINGS = 100
"""How many different warnings of the model are kept."""


class Reader(Protocol):
    """Reads one body."""

    @property
    def notices(self) -> Notices:
        """What is told of all rows so far."""

    @property
    def held(self) -> int:
        """How much of the body is kept."""

    def feed(self, data: bytes) -> Iterator[Decoded]:
        """Take in bytes, and return the rows that can be read now."""

    def finish(self) -> Iterator[Decoded]:
        """Return the last rows; a body without rows has one piece, which has none."""


@dataclass(slots=True)
class StreamedPrediction:
    """One body on its way through the model.

    Attributes:
        served: Asks the model.
        model: The model that the body is read for.
        reader: Reads it.
        writer: Writes the answer.
        spool: Keeps what is written.
        held: Takes in how much memory the body takes.
        request_id: The request's id.
        facts: Takes in what was answered.
        prediction_log: Keeps which model has answered it; None: nobody wants it.
        shadow: Is asked beside; None: nobody is.
        gave: The model that predicted; None before it did.
    """

    served: ServedModel
    model: DescribedModel
    reader: Reader
    writer: Writer
    spool: Spool
    held: Held
    request_id: str
    facts: Facts
    prediction_log: PredictionLog | None = None
    shadow: Shadow | None = None
    gave: Identity | None = None
    _warnings: dict[tuple[str, str | None, str | None], Warn] = field(default_factory=dict)

    async def run(self, upload: Upload) -> None:
        """Predict all rows of a body into the spool.

        Raises:
            AnOpsError: Something is wrong with a row, or the model failed.
            ClientGone: The client left.
        """
        # one piece for each worker, and one that is ready for the next free
        places = self.model.workers + 1
        under_way: asyncio.Queue[tuple[int, asyncio.Task[ModelAnswer]] | None] = asyncio.Queue()
        free = asyncio.Semaphore(places)
        try:
            async with asyncio.TaskGroup() as group:
                collecting = group.create_task(self._collect(under_way, free))
                watching = group.create_task(upload.gone())
                rows = 0
                async for piece in self._pieces(upload):
                    await free.acquire()
                    under_way.put_nowait((rows, group.create_task(self._predict(piece, rows))))
                    rows += piece.rows
                under_way.put_nowait(None)
                await collecting
                watching.cancel()
            if self.prediction_log is not None and not self.prediction_log.values and self.gave is not None:
                self.prediction_log.note(self.request_id, self.gave, rows, unit=self.facts.unit)
        except BaseExceptionGroup as failed:
            raise _first(failed) from None

    def warnings(self) -> tuple[Warn, ...]:
        """Return what is to be told of the rows, first that of the reader, then that of the model."""
        return (*self.reader.notices.warnings(), *self._warnings.values())

    async def _pieces(self, upload: Upload) -> AsyncIterator[Decoded]:
        """Return the rows of the body in pieces of one batch, or together where they depend on each other."""
        whole: list[Decoded] = []
        async for decoded in self._decoded(upload):
            if not self.model.batches:
                whole.append(decoded)
                continue
            for piece in self._batches(decoded):
                yield piece
        if whole:
            frame = await asyncio.to_thread(stack, [decoded.frame for decoded in whole])
            yield Decoded(frame, whole[0].options)

    async def _decoded(self, upload: Upload) -> AsyncIterator[Decoded]:
        async for data in upload.pieces():
            async for decoded in _each(self.reader.feed(data), small=upload.size < SMALL_BYTES):
                yield decoded
            if upload.held is None:
                self.held.resize(self.reader.held)
        async for decoded in _each(self.reader.finish(), small=upload.size < SMALL_BYTES):
            yield decoded

    def _batches(self, decoded: Decoded) -> list[Decoded]:
        size = self.model.max_batch_rows
        return [
            Decoded(decoded.frame.take(start, start + size), decoded.options)
            for start in range(0, max(decoded.rows, 1), size)
        ]

    async def _predict(self, piece: Decoded, rows_before: int) -> ModelAnswer:
        deadline: Deadline | None = None
        while True:
            try:
                answered = await self.served.predict(self._current(), piece, request_id=self.request_id)
                if self.prediction_log is not None and self.prediction_log.values:
                    self.prediction_log.note_answer(
                        self.request_id, piece, answered, first_row=rows_before, unit=self.facts.unit
                    )
                if self.shadow is not None:
                    self.shadow.ask(
                        self.model, piece, request_id=self.request_id, answered=answered.model,
                        first_row=rows_before, unit=self.facts.unit,
                    )  # fmt: skip
                return answered
            except AnOpsError as error:
                # whose first rows were taken waits with the others until there is room
                full = error.problem.code is Code.QUEUE_FULL and rows_before > 0
                deadline = deadline or self.served.deadlines.begin()
                if not full or deadline.remaining <= 0:
                    raise AnOpsError.of(error.problem.after(rows_before)) from error
            with suppress(TimeoutError):
                async with asyncio.timeout(deadline.remaining):
                    await self.served.room()

    def _current(self) -> DescribedModel:
        """Return the model as it is known now: after a restart of its process it is the same, known anew."""
        now = self.served.model
        return now if now is not None and now.metadata == self.model.metadata else self.model

    async def _collect(
        self, under_way: asyncio.Queue[tuple[int, asyncio.Task[ModelAnswer]] | None], free: asyncio.Semaphore
    ) -> None:
        """Write the answers in the order of their rows."""
        while (next_one := await under_way.get()) is not None:
            rows_before, task = next_one
            answered = await task
            if self.gave is not None and answered.model != self.gave:
                before, now = self.gave.version, answered.model.version
                by = f"by version {now}" if now != before else "by another fit under the same version"
                raise AnOpsError(
                    Code.NOT_READY,
                    f"Can't predict: version {before} of model `{self.model.name}` was replaced {by} while the rows "
                    "were read.",
                    remedy="Send the rows again.",
                )
            self.gave = answered.model
            self.facts.add(answered)
            for warn in answered.warnings:
                self._warn(warn, rows_before)
            self.spool.write(self.writer.rows(answered.frame))
            free.release()

    def _warn(self, warn: Warn, rows_before: int) -> None:
        key = (warn.message, warn.call, warn.column)
        known = self._warnings.get(key)
        rows = (*(known.rows if known is not None else ()), *(row + rows_before for row in warn.rows))
        if known is not None or len(self._warnings) < MOST_WARNINGS:
            self._warnings[key] = replace(warn, rows=rows[:MAX_ROWS_NAMED])


async def _each(pieces: Iterator[Decoded], *, small: bool) -> AsyncIterator[Decoded]:
    while (piece := next(pieces, None) if small else await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return what went wrong first, of several things at once."""
    first = failed.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
