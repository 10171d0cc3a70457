"""For how long workers are kept from the one api-service after somebody has asked for one that it had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from anops_model_service.lending import Borrower, Lending

if TYPE_CHECKING:
    from anops_model_interface.errors import Problem
    from anops_model_service.worker_process import WorkerProcess


class ApiService:
    """Hears of workers, and takes none."""

    def offer(self, number: int, seconds: float) -> None: ...

    def recall(self, number: int) -> None: ...

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
