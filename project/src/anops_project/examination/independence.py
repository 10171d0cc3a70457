"""Whether a row's prediction depends on the rows that come with it, as it was tested."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from anops_project.examination.counter_example import ONCE_MORE, CounterExample

FIX = (
    "If that is not meant, look for functions of whole columns, such as scale(x), rank(x) or mean(x), in the formula "
    "or in predict_model(), and for random numbers."
)
NO_REFERENCE = "So of the reference rows, only columns, types and number of the predictions are compared."


@dataclass(frozen=True, slots=True)
class Independence:
    """What the test found.

    Attributes:
        independent: Whether each row's prediction is its own; None where it could not be tested.
        rows: How many rows were tried.
        singles: How many of them also alone.
        example: A row that shows the dependence.
        failure: Why it could not be tested.
    """

    independent: bool | None
    rows: int
    singles: int
    example: CounterExample | None = None
    failure: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @property
    def by_chance(self) -> bool:
        """Whether the answers to the same rows, with the default options, are not the same each time."""
        return self.example is not None and self.example.beside == ONCE_MORE and not self.example.options

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know who makes a project around the model."""
        if self.example is None:
            return ()
        if self.example.beside == ONCE_MORE:
            told = f"The predictions are not the same each time. {self.example.sentence()}"
            return (f"{told} {NO_REFERENCE}" if self.by_chance else told,)
        return (f"A row's prediction depends on the rows sent with it. {self.example.sentence()} {FIX}",)
