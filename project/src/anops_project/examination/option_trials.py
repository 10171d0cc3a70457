"""What the trial of an option showed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OptionTrial:
    """What an option did that should not be so.

    Attributes:
        option: Its name.
        failing: The values with which the model fails, whatever else it is asked.
        failure: Why it fails with the first of them.
        every: Whether it fails with all values that were tried.
        idle: Whether no value that was tried changes any answer.
    """

    option: str
    failing: tuple[Any, ...] = ()
    failure: str | None = None
    every: bool = False
    idle: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)
