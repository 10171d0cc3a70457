"""What proposes parameters can do, whichever method is behind it; importing it imports no engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from anops_experiments.tasks import Scalar


@dataclass(frozen=True, slots=True)
class Proposal:
    """Parameters that somebody has been given to try; nobody else has them meanwhile.

    Attributes:
        number: Which proposal it is, from 1.
        params: The parameters.
        token: Says that it is this lease of it.
    """

    number: int
    params: Mapping[str, Scalar]
    token: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a proposal.

    Attributes:
        number: The proposal.
        loss: How far it is from the data; None where it failed.
        simulated: What was simulated, by target: a row for each replicate.
        message: Why it failed.
    """

    number: int
    loss: float | None
    simulated: Mapping[str, Any] = field(default_factory=dict)
    message: str | None = None


@runtime_checkable
class AdaptiveService(Protocol):
    """Proposes parameters and hears what came of them; any number of processes may ask and tell at once."""

    def ask(self, n: int) -> list[Proposal]:
        """Give at most so many proposals, each to one who asks; none where there are none for now, or no more."""

    def renew(self, proposals: Iterable[Proposal]) -> None:
        """Say that proposals are being worked on; those of which nothing is heard are given to others."""

    def give_back(self, proposals: Iterable[Proposal]) -> None:
        """Say that proposals are worked on no more, so that others get them at once."""

    def tell(self, outcomes: Iterable[Outcome]) -> int:
        """Hear outcomes, and return how many were new: the first of a proposal counts, also where it comes late."""

    def finished(self) -> bool:
        """Whether there is an outcome of all that is to be proposed."""
