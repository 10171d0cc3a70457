"""What was observed since the fit: the state from which a model forecasts, as it is sent along with a request."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.frames import Frame, Warn
    from anops_model_interface.series.contract import SeriesContract

    from anops_api_service.models.described_model import DescribedModel

OBSERVED = "observed"
"""The option of a model that takes it in."""
STEP = "step"
"""The column of a model that says how many periods ahead a row is."""
Key = tuple[str, ...]
"""Which series of a panel: the values of its key columns, in their order."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was observed in one period.

    Attributes:
        time: Its time, in ISO 8601.
        value: What was observed.
        key: Which series of a panel it is of.
        regressors: What the regressors were then, by name.
    """

    time: str
    value: float
    key: Key = ()
    regressors: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is known to have been observed. The same state is the same object.

    Attributes:
        observations: The observations, in any order.
        version: Another text after every change; empty where nothing is known.
        warnings: What whoever asks for a forecast from it is told.
    """

    observations: tuple[Observed, ...] = ()
    version: str = ""
    warnings: tuple[Warn, ...] = ()


NONE_SEEN = Seen()


class ObservedSeries(Protocol):
    """Knows what was observed."""

    async def since_fit(self, model: DescribedModel) -> Seen:
        """Return what was observed of a model's series after the last time of its fit."""

    def keep(self, model: DescribedModel, seen: Seen, frame: Frame, request_id: str) -> None:
        """Keep a forecast that was given.

        Args:
            model: The model.
            seen: What it was made from.
            frame: Keys, time, step and what was forecast.
            request_id: The request that it answers.
        """


@dataclass(frozen=True, slots=True)
class State:
    """From where a model forecasts.

    Attributes:
        text: What goes to the model; empty: nothing was observed.
        ends: By series, how many periods after the fit its last observation is; below 1 where its own fit ends before.
        gaps: By series, how many periods until then have none.
        held: By series, the first period without an observation, beyond which the model does not go.
    """

    text: str = ""
    ends: Mapping[Key, int] = field(default_factory=dict)
    gaps: Mapping[Key, int] = field(default_factory=dict)
    held: Mapping[Key, int] = field(default_factory=dict)


NOTHING = State()


def state_of(observed: Sequence[Observed], contract: SeriesContract, regressors: Sequence[str]) -> State:
    """Put together what was observed.

    Args:
        observed: The observations.
        contract: What the series is.
        regressors: The columns of regressors.

    Raises:
        AnOpsError: `PERIOD`: a time is none of the series' periods.
    """
    calendar, last = contract.calendar, contract.last
    if not observed or calendar is None or last is None:
        return NOTHING
    rows: list[tuple[Key, int, Observed]] = []
    steps: dict[Key, set[int]] = defaultdict(set)
    for each in observed:
        try:
            step = calendar.between(last, each.time)
        except ValueError as error:
            raise AnOpsError(Code.PERIOD, f"Can't forecast from what was observed: {error}.") from error
        if step > -contract.behind_of(each.key):
            rows.append((each.key, step, each))
            steps[each.key].add(step)
    held = {} if contract.gaps else _held(steps, contract)
    if held:
        rows = [row for row in rows if row[1] < held.get(row[0], row[1] + 1)]
        steps = {key: {step for step in found if step < held.get(key, step + 1)} for key, found in steps.items()}
    ends = {key: max(found) for key, found in steps.items() if found}
    gaps = {key: end + contract.behind_of(key) - len(steps[key]) for key, end in ends.items()}
    if not rows:
        return State(held=held)
    rows.sort(key=lambda row: row[:2])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*contract.keys, STEP, "value", *regressors])
    for key, step, each in rows:
        writer.writerow([*key, step, repr(float(each.value)), *(each.regressors.get(name, "") for name in regressors)])
    return State(text.getvalue(), ends, gaps, held)


def _held(steps: Mapping[Key, set[int]], contract: SeriesContract) -> dict[Key, int]:
    """Return the first period without an observation of each series that has later ones."""
    held = {}
    for key, found in steps.items():
        first = 1 - contract.behind_of(key)
        if max(found) - first + 1 > len(found):
            held[key] = next(step for step in range(first, max(found)) if step not in found)
    return held
