"""Finds data and whole environments that were saved with a model, and tries which of them prediction needs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_TRIED = 40


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that a model holds beside its coefficients.

    Attributes:
        kind: "data": part of the object, with something for each row it was fitted on; "environment": an object
            in an environment (R) or among the variables (Python) that a formula or function brought with it.
        name: What it is called there: "residuals", "big".
        where: The code that leads there: "model", "environment(model$terms)".
        what: What it is: "a data frame with 32 rows and 11 columns".
        rows: How many rows it has.
        bytes: Its size in memory.
        needed: Whether predictions change without it; None where that was not tried.
        strip: The line of code that takes it out, where it is not made of `where` and `name`.
    """

    kind: Literal["data", "environment"]
    name: str
    where: str
    what: str
    rows: int
    bytes: int
    needed: bool | None = None
    strip: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


class Inspection(Protocol):
    """A loaded model, opened: what it holds, and the means to try without."""

    @property
    def holdings(self) -> Sequence[Holding]:
        """What it holds; those that can't be put back come last."""

    def take_out(self, place: int) -> bool:
        """Take one of the holdings out of the loaded model; return whether that could be done."""

    def put_back(self, place: int) -> None:
        """Put it back."""


def try_without(inspection: Inspection, same: Callable[[], bool]) -> list[Holding]:
    """Take one holding after the other out of a loaded model, and leave out what it predicts the same without.

    Args:
        inspection: The opened model; it is poorer afterwards.
        same: Predicts, and tells whether all answers are as before.

    Returns:
        The holdings, with `needed` filled in.
    """
    tried: list[Holding] = []
    for place, holding in enumerate(inspection.holdings):
        if place >= MOST_TRIED or not inspection.take_out(place):
            tried.append(holding)
            continue
        needed = not same()
        if needed:
            inspection.put_back(place)
        tried.append(replace(holding, needed=needed))
    return tried
