"""The pieces that wait for a call, and which of them go together in one."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_api_service.queue.batch import Piece
    from anops_api_service.queue.pace import Pace


class Waiting:
    """All that wait, in the order in which they came."""

    def __init__(self, pace: Pace, max_rows: int) -> None:
        """Begin with none.

        Args:
            pace: How fast the model is: how many rows of a kind go together.
            max_rows: The most rows of one call.
        """
        self._pace = pace
        self._max_rows = max_rows
        self._pieces: deque[Piece] = deque()

    def __iter__(self) -> Iterator[Piece]:
        return iter(self._pieces)

    def add(self, piece: Piece) -> None:
        """Let a piece wait behind all others."""
        self._pieces.append(piece)

    def next_batch(self) -> list[Piece]:
        """Take the oldest piece out, and all that can go with it; nothing where nobody waits."""
        while self._pieces and self._pieces[0].answer.done():
            self._pieces.popleft()  # its caller has left
        if not self._pieces:
            return []
        first = self._pieces.popleft()
        batch, rows = [first], first.rows
        if first.alone:
            return batch
        most = self._pace.batch_rows(self._max_rows)
        others: deque[Piece] = deque()
        for piece in self._pieces:
            if piece.answer.done():
                continue
            fits = not piece.alone and piece.key == first.key and rows + piece.rows <= most
            if fits:
                batch.append(piece)
                rows += piece.rows
            else:
                others.append(piece)
        self._pieces = others
        return batch

    def again(self, batch: list[Piece], *, suspect: bool = False) -> None:
        """Let each piece of a batch go by itself, before all others: it has waited longest."""
        self._pieces.extendleft(replace(piece, alone=True, suspect=suspect) for piece in reversed(batch))
