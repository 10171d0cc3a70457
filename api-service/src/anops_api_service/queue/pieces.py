"""How large the pieces are into which a large request is cut.

Each call of the model has its cost, so a fast model gets large pieces, up to a share for each worker; while a slow one
computes a piece, others wait, and its deadline runs.
"""

from __future__ import annotations

PIECE_SECONDS = 0.25
"""A piece takes about so long."""

FIRST_ROWS = 1024
"""The rows of a piece before it is known how fast the model is; no request of fewer is cut for the workers' sake."""

FEWEST_ROWS = 64
"""The rows of a piece for the slowest of models; fewer would save nobody's time."""


class Pieces:
    """Learns how fast one model is."""

    def __init__(self, *, workers: int, max_rows: int) -> None:
        """Know nothing yet.

        Args:
            workers: How many pieces are computed side by side.
            max_rows: The most rows of one call.
        """
        self.workers = workers
        self._max_rows = max_rows
        self._rows_per_second: float | None = None

    def note(self, rows: int, seconds: float) -> None:
        """Take in how long a call took."""
        if rows >= FEWEST_ROWS:  # in smaller ones it is the call itself that takes the time
            speed = rows / max(seconds, 1e-6)
            known = self._rows_per_second
            self._rows_per_second = speed if known is None else (known + speed) / 2

    def rows_for(self, rows: int) -> int:
        """Say how many rows of a request of `rows` go to the model in one call, at the most."""
        most = FIRST_ROWS
        if self._rows_per_second is not None:
            most = max(FEWEST_ROWS, int(self._rows_per_second * PIECE_SECONDS))
        share = max(-(-rows // self.workers), FIRST_ROWS)
        return min(self._max_rows, most, share)
