"""Requests share calls only while they must wait anyway, and no request suffers from another in its batch."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_api_service.deadline import Deadline, Deadlines
from anops_api_service.identity import Identity
from anops_api_service.model_answer import ModelAnswer
from anops_api_service.queue.batching import Batcher
from anops_api_service.queue.room import Room
from anops_api_service.sent import Decoded, Sent
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame, Warn

if TYPE_CHECKING:
    from collections.abc import Mapping


def rows(*values: float) -> Frame:
    return Frame((Column("x", "number", np.array(values, dtype=float)),), len(values))


def values(frame: Frame) -> list[float]:
    answered: list[float] = frame.columns[0].values.tolist()
    return answered


class Model:
    """Doubles its rows, one call at a time, when it is let go on."""

    def __init__(self) -> None:
        self.calls: list[list[float]] = []
        self.once_more: list[bool] = []
        self.within: list[float | None] = []
        self.deadlines: list[float] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(
        self, frame: Frame, options: Mapping[str, Any], *, deadline: Deadline, once_more: bool, within: float | None
    ) -> ModelAnswer:
        self.deadlines.append(deadline.end)
        self.once_more.append(once_more)
        self.within.append(within)
        sent = values(frame)
        self.calls.append(sent)
        await self.gate.wait()
        if -1 in sent:
            raise AnOpsError(Code.MODEL_FAILED, "-1 is too small")
        if -2 in sent:
            raise AnOpsError(Code.NOT_READY, "stopping")
        if -3 in sent:
            raise AnOpsError(Code.DEADLINE, "Can't predict: it was ended after 30 seconds.")
        warnings = (Warn("99 is far from the data"),) if 99 in sent else ()
        factor = options.get("factor", 2)
        return ModelAnswer.whole(rows(*(value * factor for value in sent)), warnings, Identity("doubling", "1"))


class Queue(Batcher):
    """A queue whose callers wait for a minute, where a test does not say for how long."""

    async def predict(self, sent: Sent, deadline: Deadline | None = None) -> ModelAnswer:
        return await super().predict(sent, deadline or Deadlines(60).begin())


def batcher(model: Model, *, places: int = 1, max_rows: int = 100, max_waiting: int = 100) -> Queue:
    return Queue(model, places=places, max_rows=max_rows, room=Room(max_waiting))


async def together(
    queue: Queue, model: Model, *frames: Frame, options: list[dict[str, Any]] | None = None
) -> list[Any]:
    """Send requests while the only place is taken, so that all of them wait."""
    model.gate.clear()
    first = asyncio.create_task(queue.predict(Decoded(rows(0), {})))
    await asyncio.sleep(0)
    asked = options or [{}] * len(frames)
    tasks = [asyncio.create_task(queue.predict(Decoded(f, o))) for f, o in zip(frames, asked, strict=True)]
    await asyncio.sleep(0)
    model.gate.set()
    await first
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_request_that_finds_a_free_place_goes_at_once() -> None:
    model = Model()
    queue = batcher(model, places=2)
    model.gate.clear()
    tasks = [asyncio.create_task(queue.predict(Decoded(rows(value), {}))) for value in (1, 2)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert model.calls == [[1], [2]]
    model.gate.set()
    assert [values((await task).frame) for task in tasks] == [[2], [4]]


async def test_requests_that_wait_go_together_and_each_gets_its_own_rows() -> None:
    model = Model()
    answers = await together(batcher(model), model, rows(1, 2), rows(3), rows(4, 5, 6))
    assert model.calls == [[0], [1, 2, 3, 4, 5, 6]]
    assert [values(answer.frame) for answer in answers] == [[2, 4], [6], [8, 10, 12]]


async def test_callers_who_shared_a_call_and_ask_again_share_the_next_one() -> None:
    model = Model()
    queue = batcher(model, places=3)
    await together(queue, model, rows(1), rows(2))
    again = [asyncio.create_task(queue.predict(Decoded(rows(value), {}))) for value in (3, 4, 5)]
    assert [values((await task).frame) for task in again] == [[6], [8], [10]]
    alone = await queue.predict(Decoded(rows(6), {}))
    assert values(alone.frame) == [12]
    assert model.calls[-2:] == [[3, 4, 5], [6]]


async def test_requests_with_other_options_are_never_batched_together() -> None:
    model = Model()
    options = [{"factor": 2}, {"factor": 3}, {"factor": 2}]
    answers = await together(batcher(model), model, rows(1), rows(1), rows(5), options=options)
    assert model.calls == [[0], [1, 5], [1]]
    assert [values(answer.frame) for answer in answers] == [[2], [3], [10]]


async def test_a_batch_has_at_most_the_allowed_rows() -> None:
    model = Model()
    await together(batcher(model, max_rows=3), model, rows(1, 2), rows(3, 4), rows(5))
    assert model.calls == [[0], [1, 2, 5], [3, 4]]


async def test_a_large_request_is_cut_and_comes_back_whole() -> None:
    model = Model()
    answer = await batcher(model, max_rows=4).predict(Decoded(rows(*range(10)), {}))
    assert model.calls == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert values(answer.frame) == [2.0 * i for i in range(10)]


async def test_the_last_piece_of_a_large_request_takes_no_rows_of_others() -> None:
    """Of 1,100 rows for a model of unknown speed, 1,024 are the first piece and 76 the last; others go with it."""
    model, large = Model(), np.arange(1100.0) + 100
    queue = batcher(model, places=3, max_rows=4000)
    model.gate.clear()
    asked = []
    for frame in (*[rows(*[0] * 1000)] * 3, rows(*large), rows(-7, -8), rows(-9)):
        asked.append(asyncio.create_task(queue.predict(Decoded(frame, {}))))
        for _ in range(12):  # none gathers with the one before
            await asyncio.sleep(0)
    model.gate.set()
    *_, whole, two, one = [values((await task).frame) for task in asked]
    assert (whole, two, one) == ((2 * large).tolist(), [-14, -16], [-18])


async def test_the_pieces_of_a_large_request_keep_every_worker_busy() -> None:
    model = Model()
    model.gate.clear()
    asked = asyncio.create_task(batcher(model, places=3, max_rows=2).predict(Decoded(rows(*range(8)), {})))
    for _ in range(5):
        await asyncio.sleep(0)
    assert model.calls == [[0, 1], [2, 3]]
    model.gate.set()
    assert values((await asked).frame) == [2.0 * i for i in range(8)]


async def test_small_requests_have_their_turn_between_the_pieces_of_a_large_one() -> None:
    model = Model()
    queue = batcher(model, max_rows=2)
    order: list[str] = []

    async def ask(name: str, frame: Frame) -> None:
        await queue.predict(Decoded(frame, {}))
        order.append(name)

    await asyncio.gather(ask("large", rows(*range(20))), ask("small", rows(1)))
    assert order == ["small", "large"]


async def test_a_bad_request_does_not_harm_the_others_of_its_batch() -> None:
    model = Model()
    answers = await together(batcher(model), model, rows(1), rows(-1), rows(3))
    assert values(answers[0].frame) == [2]
    assert isinstance(answers[1], AnOpsError)
    assert values(answers[2].frame) == [6]
    assert model.calls == [[0], [1, -1, 3], [1], [-1], [3]]
    # each is sent twice at the most
    assert model.once_more == [True, False, False, False, False]


async def test_a_hang_costs_the_others_of_its_batch_no_second_deadline() -> None:
    model = Model()
    answers = await together(batcher(model), model, rows(1), rows(-3), rows(3))
    assert [values(answers[place].frame) for place in (0, 2)] == [[2], [6]]
    assert answers[1].problem.code is Code.DEADLINE
    assert "by itself after 1.5 seconds" in answers[1].problem.message
    assert model.calls == [[0], [1, -3, 3], [1], [-3], [3]]
    assert model.within == [None, None, 1.5, 1.5, 1.5]


async def test_a_hang_costs_the_others_of_its_batch_no_deadline_where_calls_are_known() -> None:
    model = Model()
    queue = batcher(model)
    for _ in range(8):
        await queue.predict(Decoded(rows(0), {}))
    answers = await together(queue, model, rows(1), rows(-3), rows(3))
    assert [values(answers[place].frame) for place in (0, 2)] == [[2], [6]]
    assert "ended after 30 seconds" in answers[1].problem.message
    # each by itself may take as long as any request may
    assert model.within[9:] == [2.0, None, None, None]


async def test_a_request_that_hangs_alone_has_the_whole_deadline() -> None:
    model = Model()
    with pytest.raises(AnOpsError, match="ended after 30 seconds"):
        await batcher(model).predict(Decoded(rows(-3), {}))
    assert model.within == [None]


async def test_other_failures_of_a_batch_do_not_shorten_the_time_of_its_requests() -> None:
    model = Model()
    await together(batcher(model), model, rows(1), rows(-1))
    assert model.within == [None] * 4


async def test_a_warning_reaches_only_the_caller_whose_rows_caused_it() -> None:
    model = Model()
    answers = await together(batcher(model), model, rows(1), rows(99))
    assert answers[0].warnings == ()
    assert [warn.message for warn in answers[1].warnings] == ["99 is far from the data"]


async def test_a_service_that_stops_is_not_asked_again_for_each_request() -> None:
    model = Model()
    answers = await together(batcher(model), model, rows(-2), rows(1))
    assert all(isinstance(answer, AnOpsError) for answer in answers)
    assert len(model.calls) == 2


async def test_it_is_settled_once_all_that_it_had_are_answered_whatever_comes_after() -> None:
    model = Model()
    queue = batcher(model, max_rows=4)
    await queue.settled()
    model.gate.clear()
    before = [asyncio.create_task(queue.predict(Decoded(rows(*range(n)), {}))) for n in (1, 10, 2)]
    await asyncio.sleep(0)
    settled = asyncio.create_task(queue.settled())
    await asyncio.sleep(0)
    after = asyncio.create_task(queue.predict(Decoded(rows(*range(40)), {})))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not settled.done()
    model.gate.set()
    await settled
    assert all(one.done() for one in before)
    assert not after.done()
    await after


async def test_a_full_queue_is_refused() -> None:
    model = Model()
    answers = await together(batcher(model, max_waiting=2), model, rows(1), rows(2))
    assert values(answers[0].frame) == [2]
    assert answers[1].problem.code is Code.QUEUE_FULL


async def test_rows_of_a_caller_that_left_are_not_computed() -> None:
    model = Model()
    queue = batcher(model)
    model.gate.clear()
    first = asyncio.create_task(queue.predict(Decoded(rows(0), {})))
    await asyncio.sleep(0)
    leaving, staying = (asyncio.create_task(queue.predict(Decoded(rows(value), {}))) for value in (1, 2))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    model.gate.set()
    await asyncio.gather(first, staying)
    assert model.calls == [[0], [2]]


async def test_what_the_model_raises_unexpectedly_reaches_the_callers() -> None:
    class Broken(Model):
        async def __call__(self, *_: Any, **__: Any) -> ModelAnswer:
            raise KeyError("x")

    with pytest.raises(KeyError):
        await batcher(Broken()).predict(Decoded(rows(1), {}))


async def test_a_call_lasts_as_long_as_the_most_patient_of_its_batch() -> None:
    model = Model()
    queue = batcher(model)
    model.gate.clear()
    first = asyncio.create_task(queue.predict(Decoded(rows(0), {})))
    await asyncio.sleep(0)
    short, long = Deadlines(5).begin(), Deadlines(50).begin()
    tasks = [asyncio.create_task(queue.predict(Decoded(rows(1), {}), deadline)) for deadline in (short, long, short)]
    await asyncio.sleep(0)
    model.gate.set()
    await asyncio.gather(first, *tasks)
    assert model.calls == [[0], [1, 1, 1]]
    assert model.deadlines[1] == long.end


async def test_a_warning_that_the_model_always_gives_costs_no_second_call() -> None:
    model = Model()
    queue = batcher(model)
    queue.usual = frozenset({("99 is far from the data", None)})
    answers = await together(queue, model, rows(99), rows(1))
    assert model.calls == [[0], [99, 1]]
    assert [[warn.message for warn in answer.warnings] for answer in answers] == [["99 is far from the data"]] * 2


@pytest.mark.parametrize(("short", "calls"), [(60.0, [[1.0], [2.0]]), (0.0, [[1.0]])])
async def test_a_batch_is_sent_ahead_of_the_next_free_worker_only_where_calls_are_short(
    monkeypatch: pytest.MonkeyPatch, short: float, calls: list[list[float]]
) -> None:
    model = Model()
    queue = batcher(model, places=2)
    await queue.predict(Decoded(rows(0), {}))
    monkeypatch.setattr("anops_api_service.queue.batching.SHORT_SECONDS", short)
    model.calls.clear()
    model.gate.clear()
    asked = [asyncio.create_task(queue.predict(Decoded(rows(value), {}))) for value in (1, 2)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert model.calls == calls
    model.gate.set()
    assert [values((await task).frame) for task in asked] == [[2.0], [4.0]]
