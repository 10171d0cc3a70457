"""What a model costs: memory, and time for a row."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Costs:
    """What a model costs.

    Attributes:
        memory_bytes: The most memory that this process has used: the language, its packages, the model, and the
            largest batch.
        load_seconds: How long it took to load.
        single_ms: Milliseconds for one row alone (median).
        row_ms: Milliseconds for each row of a batch.
        batch_rows: How many rows that batch had.
    """

    memory_bytes: int
    load_seconds: float
    single_ms: float
    row_ms: float
    batch_rows: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)
