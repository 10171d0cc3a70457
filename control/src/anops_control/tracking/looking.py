"""Looks at runs: finds them by the start of their ids, and says what is not there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_control.tracking.opening import kept, place_of
from anops_control.tracking.port import TRAINING_TAG, NotKeptError
from anops_control.tracking.recording import waiting
from anops_control.tracking.sending import send_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from anops_control.tracking.opening import TrackingPlace
    from anops_control.tracking.port import Keeper, Run

_SHORT = 8


@contextmanager
def sent_and_kept(folder: Path) -> Iterator[tuple[TrackingPlace, Keeper]]:
    """Give who keeps the runs of a folder; what was kept here meanwhile is sent first.

    Raises:
        CommandError: It is away.
    """
    place = place_of(folder)
    with kept(place) as keeper:
        if waiting(place.home):
            send_to(keeper, place)
        yield place, keeper


def run_of(keeper: Keeper, run: str) -> Run:
    """Return a run.

    Raises:
        CommandError: There is none whose id begins so, or several.
    """
    try:
        return keeper.run(run)
    except NotKeptError:
        known = keeper.runs(1000)
    near = [each for each in known if each.id.startswith(run)]
    names = [each.tags.get(TRAINING_TAG, each.name) for each in known]
    guess = nearest(run, [each.id[: max(len(run), _SHORT)] for each in known] + names)
    raise CommandError(
        f"Of {len(near)} runs the id begins with `{run}`." if len(near) > 1 else f"There is no run `{run}`.",
        remedy="Give more of the id." if near else f"Did you mean `{guess}`?" if guess else "List them: ao runs list",
        code=Code.RUN_NOT_FOUND,
    )


def metric_of(runs: Iterable[Run], metric: str) -> str:
    """Return the name of a metric that one of the runs has.

    Raises:
        CommandError: None has it.
    """
    known = {name for each in runs for name in each.metrics}
    if metric in known:
        return metric
    guess = nearest(metric, known)
    raise CommandError(
        f"No such run has the metric `{metric}`.",
        details=[f"There is {', '.join(f'`{name}`' for name in sorted(known)[:10])}."] if known else (),
        remedy=f"Did you mean `{guess}`?" if guess else None,
        code=Code.RUN_NOT_FOUND,
    )


def run_told(run: Run) -> dict[str, Any]:
    """Return a run for JSON; a number that JSON does not have is a text."""
    return {
        "id": run.id,
        "name": run.name,
        "status": run.status,
        "started": run.started,
        "ended": run.ended,
        "parameters": dict(sorted(run.parameters.items())),
        "metrics": {name: plain(value) for name, value in sorted(run.metrics.items())},
        "tags": {key: value for key, value in sorted(run.tags.items()) if not key.startswith("mlflow.")},
    }


def plain(value: float) -> float | str:
    """Return a number as JSON has it."""
    return value if value == value and abs(value) != float("inf") else str(value)  # noqa: PLR0124  NaN
