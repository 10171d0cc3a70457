"""For how long workers are kept from the one api-service: after others have asked, or where it did not come."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, cast

import pytest
from anops_model_service import lending as lending_module
from anops_model_service.lending import Borrower, Lending

if TYPE_CHECKING:
    from anops_model_interface.errors import Problem
    from anops_model_service.worker_process import WorkerProcess


class ApiService:
    """Hears of workers, and takes none."""

    def __init__(self) -> None:
        self.recalled: list[int] = []

    def offer(self, number: int, seconds: float) -> None: ...

    def recall(self, number: int) -> None:
        self.recalled.append(number)

    def lost(self, number: int, problem: Problem) -> None: ...


@pytest.mark.parametrize("asks", ["who has them", "another", "a client over gRPC"])
async def test_workers_are_kept_from_it_for_others_alone(asks: str) -> None:
    back: list[WorkerProcess] = []
    terms: Any = None
    lending = Lending(terms=terms, seconds=1, give_back=back.append, end=lambda _: None)
    one, other = ApiService(), ApiService()
    lending.opened(one)
    worker = cast("WorkerProcess", object())
    assert lending.lend(worker)
    by: Borrower | None = {"who has them": one, "another": other}.get(asks)
    lending.recall(1, by=by)
    for task in lending.open:
        await task
    assert back == [worker]
    assert lending.lend(worker) is (asks == "who has them")
    lending.recall_all()
    for task in lending.open:
        await task


class Worker:
    """Answers whoever has it until a test takes it back."""

    def __init__(self) -> None:
        self.back = asyncio.Event()

    def lend(self, connection: socket.socket, terms: object) -> None: ...

    async def take_back(self, returned: None) -> None:  # noqa: ARG002  it says nothing
        await self.back.wait()


async def test_where_one_is_offered_in_vain_all_come_back_and_are_offered_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lending_module, "CLAIM_SECONDS", 0.05)
    monkeypatch.setattr(lending_module, "KEEP_SECONDS", 0.1)
    back: list[WorkerProcess] = []
    lending = Lending(terms=cast("Any", lambda _: None), seconds=1, give_back=back.append, end=lambda _: None)
    api_service = ApiService()
    lending.opened(api_service)
    taken, left = Worker(), Worker()
    for worker in (taken, left):
        assert lending.lend(cast("WorkerProcess", worker))
    ours, theirs = socket.socketpair()
    with theirs:
        lending.claim(1, ours)
        await asyncio.wait(lending.open, return_when=asyncio.FIRST_COMPLETED)
        assert back == [left]
        assert api_service.recalled[0] == 1, "who has one of two waits for that one, whatever it does"
        assert not lending.lend(cast("WorkerProcess", left))
        taken.back.set()
        await asyncio.wait(lending.open)
    await asyncio.sleep(0.1)
    assert lending.lend(cast("WorkerProcess", left)), "it was late, which is not for ever"
    lending.recall_all()
    await asyncio.wait(lending.open)
