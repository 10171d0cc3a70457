"""Modules of torch: random numbers of their own."""

from __future__ import annotations

import sys
from typing import Any

from anops_worker.libraries.library import Library


class Torch(Library):
    """What is known of torch."""

    def reseed(self) -> None:
        """Begin its random numbers anew; see `Library`."""
        torch: Any = sys.modules["torch"]
        if hasattr(torch, "seed"):
            torch.seed()
