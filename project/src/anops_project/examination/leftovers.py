"""Data and environments that were saved with a model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Leftover:
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
