"""The rule by which observations are taken in: what is new, what is known, what replaces, what contradicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anops_series.port import Disagreement, DisagreementError, Key, Observation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

Place = tuple[Key, "datetime"]
"""Where an observation stands: its series and its time."""


@dataclass(slots=True)
class Sorted:
    """Observations, sorted by what becomes of them.

    Attributes:
        new: Those whose place is empty.
        corrected: Those that replace another value; with each, what is replaced.
        same: How many are known already.
    """

    new: list[Observation] = field(default_factory=list)
    corrected: list[tuple[Observation, Observation]] = field(default_factory=list)
    same: int = 0


def place(observation: Observation) -> Place:
    """Return where an observation stands."""
    return observation.key, observation.time


def sort(rows: Sequence[Observation], kept: Mapping[Place, Observation], *, corrections: bool) -> Sorted:
    """Sort observations.

    Args:
        rows: They.
        kept: What is kept for their places.
        corrections: Whether one may replace what is kept.

    Raises:
        DisagreementError: Some contradict what is kept, or each other: which of two is right nobody can say.
    """
    result, first, disagreements = Sorted(), dict[Place, int](), list[Disagreement]()
    for number, row in enumerate(rows):
        earlier = first.setdefault(place(row), number)
        before = kept.get(place(row))
        if earlier != number:
            if _differ(row, rows[earlier]):
                disagreements.append(Disagreement(number, row, rows[earlier].value, earlier_row=earlier))
            else:
                result.same += 1
        elif before is None:
            result.new.append(row)
        elif not _differ(row, before):
            result.same += 1
        elif corrections:
            result.corrected.append((row, before))
        else:
            disagreements.append(Disagreement(number, row, before.value))
    if disagreements:
        raise DisagreementError(disagreements)
    return result


def _differ(one: Observation, other: Observation) -> bool:
    return one.value != other.value or dict(one.regressors) != dict(other.regressors)
