"""How long a request may wait for a worker, and what is said where none was free."""

from __future__ import annotations

from anops_model_interface.codes import Code
from anops_model_interface.errors import Problem

REPLACE_SECONDS = 5.0
"""Who waits for a worker waits so much longer than a prediction may take: where all hang, others replace them."""


def no_worker_was_free(seconds: float) -> Problem:
    """Return what is said to who has waited for so long."""
    return Problem(
        Code.QUEUE_FULL,
        f"Can't predict: no worker was free for {seconds:g} seconds.",
        remedy="Send it again later, or serve the model with more workers.",
    )
