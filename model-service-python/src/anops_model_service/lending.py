"""Lends workers to the one api-service there is, which then asks them without the supervisor in between.

A worker that is lent answers on a connection of its own and is back when that ends. The supervisor keeps what is its
business: it hears of a worker's death by the system, of a hang by the api-service, and calls workers back as soon as
anybody else asks for one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from anops_worker.lent import Terms

    from anops_model_service.worker_process import WorkerProcess

CLAIM_SECONDS = 2.0
"""How long an api-service may take to come for a worker; who comes later is offered none for a while."""

KEEP_SECONDS = 5.0
"""After somebody else asked for a worker, or one was offered in vain, none is lent for so long."""

MOST_DOUBLED = 6
"""So often that time is doubled where nobody comes for what is offered again."""

RETURN_SECONDS = 2.0
"""A worker that is called back may take so much longer than a prediction may."""


class Borrower(Protocol):
    """An api-service, at the other end of a private stream."""

    def offer(self, number: int, seconds: float) -> None:
        """Tell it that it can borrow a worker, which may compute for so long."""

    def recall(self, number: int) -> None:
        """Ask it to give a worker back."""

    def lost(self, number: int, problem: Problem) -> None:
        """Tell it why a worker is gone."""


@dataclass(slots=True, eq=False)
class _Loan:
    number: int
    worker: WorkerProcess
    borrower: Borrower
    claimed: asyncio.Future[socket.socket | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    recalled: bool = False
    problem: Problem | None = None


class Lending:
    """The workers that are lent."""

    def __init__(
        self,
        *,
        terms: Callable[[WorkerProcess], Terms],
        seconds: float,
        give_back: Callable[[WorkerProcess], None],
        end: Callable[[WorkerProcess], None],
        enabled: bool = True,
    ) -> None:
        """Have lent nothing yet.

        Args:
            terms: Until when a worker may be lent.
            seconds: How long a prediction may take.
            give_back: Takes a worker that is back.
            end: Ends a worker that takes too long.
            enabled: Whether workers are lent at all.
        """
        self._terms = terms
        self._seconds = seconds
        self._give_back = give_back
        self._end = end
        self._enabled = enabled
        self._borrowers: set[Borrower] = set()
        self._in_vain = 0
        self._loans: dict[int, _Loan] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._number = 0
        self._not_before = 0.0

    @property
    def open(self) -> list[asyncio.Task[None]]:
        """Those that are lent; each is done when its worker is back or gone."""
        return list(self._tasks)

    def has(self, worker: WorkerProcess) -> bool:
        """Say whether a worker is lent."""
        return any(loan.worker is worker for loan in self._loans.values())

    def lend(self, worker: WorkerProcess) -> bool:
        """Lend a worker that has nothing to do; it comes back by itself.

        Returns:
            Whether there is somebody to lend it to.
        """
        if not self._enabled or len(self._borrowers) != 1:
            return False
        if asyncio.get_running_loop().time() < self._not_before:
            return False
        (borrower,) = self._borrowers
        self._number += 1
        loan = self._loans[self._number] = _Loan(self._number, worker, borrower)
        task = asyncio.create_task(self._see_through(loan))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    def opened(self, borrower: Borrower) -> None:
        """Know of an api-service. Where there are several, each worker is for all of them."""
        self._borrowers.add(borrower)
        self._in_vain = 0
        if len(self._borrowers) > 1:
            self._call_back(len(self._loans))

    def closed(self, borrower: Borrower) -> None:
        """Know that an api-service is gone: its workers come back by themselves, or are ended in time."""
        self._borrowers.discard(borrower)
        for loan in [loan for loan in self._loans.values() if loan.borrower is borrower]:
            self._expect(loan)

    def awaits(self, number: int) -> bool:
        """Say whether a worker is offered under this number, and nobody has come for it."""
        loan = self._loans.get(number)
        return loan is not None and not loan.claimed.done()

    def claim(self, number: int, connection: socket.socket) -> None:
        """Give a worker that is offered the connection of who has come for it."""
        self._in_vain = 0
        self._loans[number].claimed.set_result(connection)

    def overdue(self, borrower: Borrower, number: int, seconds: float) -> None:
        """End a worker that has computed for too long, as its borrower says."""
        loan = self._loans.get(number)
        if loan is not None and loan.borrower is borrower:
            loan.problem = too_long(seconds)
            self._end(loan.worker)

    def recall(self, count: int, by: Borrower | None) -> None:
        """Call back so many workers for who asks; unless it is who has them, lend none for a while.

        The one api-service itself asks so while its first workers are still on their way to it.
        """
        if self._loans:
            if by not in self._borrowers or len(self._borrowers) > 1:
                self._keep(KEEP_SECONDS)
            self._call_back(count)

    def close(self) -> None:
        """Lend no more."""
        self._enabled = False

    def recall_all(self) -> None:
        """Call all back."""
        self._call_back(len(self._loans))

    def _call_back(self, count: int) -> None:
        for loan in [loan for loan in self._loans.values() if not loan.recalled][:count]:
            self._expect(loan)
            if loan.borrower in self._borrowers:
                loan.borrower.recall(loan.number)

    def _expect(self, loan: _Loan) -> None:
        """Expect a worker back; where it does not come, it hangs, or who has it does."""
        loan.recalled = True
        if not loan.claimed.done():
            loan.claimed.set_result(None)
        asyncio.get_running_loop().call_later(self._seconds + RETURN_SECONDS, self._end_unless_back, loan)

    def _end_unless_back(self, loan: _Loan) -> None:
        if self._loans.get(loan.number) is loan:
            loan.problem = too_long(self._seconds)
            self._end(loan.worker)

    async def _see_through(self, loan: _Loan) -> None:
        try:
            connection = await self._claim_of(loan)
            if connection is None:
                return
            with connection:
                returned = loan.worker.lend(connection, self._terms(loan.worker))
            try:
                await loan.worker.take_back(returned)
            except AnOpsError as error:
                if loan.borrower in self._borrowers:
                    loan.borrower.lost(loan.number, loan.problem or error.problem)
        finally:
            del self._loans[loan.number]
            self._give_back(loan.worker)

    async def _claim_of(self, loan: _Loan) -> socket.socket | None:
        loan.borrower.offer(loan.number, self._seconds)
        await asyncio.wait([loan.claimed], timeout=CLAIM_SECONDS)
        if loan.claimed.done():
            return loan.claimed.result()
        if loan.borrower in self._borrowers:
            # it can't, or the machine is so busy: with some of the workers it would wait for these alone
            self._keep(KEEP_SECONDS * 2 ** min(self._in_vain, MOST_DOUBLED))
            self._in_vain += 1
            self._call_back(len(self._loans))
        return None

    def _keep(self, seconds: float) -> None:
        self._not_before = asyncio.get_running_loop().time() + seconds


def too_long(seconds: float) -> Problem:
    """Return what is said of a prediction that was ended."""
    return Problem(
        Code.DEADLINE,
        f"Can't predict: it was ended after {seconds:.3g} seconds.",
        remedy="Send fewer rows, or raise `deadline_seconds` under [service] in ao.toml.",
    )
