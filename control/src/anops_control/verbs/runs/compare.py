"""Puts runs side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.tracking.looking import plain, run_of, run_told, sent_and_kept
from anops_control.tracking.port import Run
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsCompareRequest:
    """Which runs are compared."""

    folder: Path
    """The project's folder."""
    runs: tuple[str, ...]
    """Their ids, or the starts of these."""


@dataclass(frozen=True, slots=True)
class RunsCompareResult:
    """Runs side by side.

    Attributes:
        runs: The runs.
        parameters: Those that are not the same in all, with the value of each run; None where one has none.
        metrics: All metrics, in the same form.
    """

    runs: tuple[Run, ...]
    parameters: dict[str, list[str | None]]
    metrics: dict[str, list[float | str | None]]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "runs": [run_told(each) for each in self.runs],
            "parameters": self.parameters,
            "metrics": self.metrics,
        }


def run(request: RunsCompareRequest, events: Events) -> RunsCompareResult:
    """Compare runs.

    Raises:
        CommandError: One is not there, or who keeps them is away.
    """
    del events
    with sent_and_kept(request.folder) as (_, keeper):
        runs = tuple(run_of(keeper, each) for each in request.runs)
    parameters = {
        name: values
        for name in sorted({name for each in runs for name in each.parameters})
        if len(set(values := [each.parameters.get(name) for each in runs])) > 1
    }
    metrics = {
        name: [plain(each.metrics[name]) if name in each.metrics else None for each in runs]
        for name in sorted({name for each in runs for name in each.metrics})
    }
    return RunsCompareResult(runs, parameters, metrics)


VERB = Verb("runs compare", "Compare runs.", RunsCompareRequest, run)
