"""What the verbs about features return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FeaturesResult:
    """What is known of features.

    Attributes:
        told: The facts.
    """

    told: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return self.told
