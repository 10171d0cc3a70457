"""Keeps the rows that a model is fitted on, for monitoring to compare later rows with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MOST_FITTED = 10_000
"""Of more rows that a model is fitted on, so many are kept for monitoring."""


def keep_fitted(train: tuple[Any, ...], file: Path) -> None:
    """Keep the rows that the model is fitted on, where they are a data frame, for monitoring to compare with.

    Args:
        train: A data frame; or one without the outcome, and the outcome.
        file: Where; of very many rows some are kept, evenly over all.
    """
    try:
        rows = train[0]
        if hasattr(rows, "to_pandas"):
            rows = rows.to_pandas()
        if not hasattr(rows, "iloc") or not hasattr(rows, "columns"):
            return
        step = max(1, -(-len(rows) // MOST_FITTED))
        kept = rows.iloc[::step]
        if len(train) == 2 and len(train[1]) == len(rows):
            name = getattr(train[1], "name", None)
            kept = kept.assign(**{name if isinstance(name, str) else "outcome": list(train[1])[::step]})
        kept.to_csv(file, index=False)
    except Exception as error:  # noqa: BLE001  whatever a person's data raise: the training goes on
        sys.stdout.write(f"The rows that are fitted on are not kept for monitoring: {type(error).__name__}: {error}\n")
