"""One process of a calibration: it asks for proposals, simulates them, compares them with the data, and tells."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_experiments.aggregating import frames
from anops_experiments.calibration.contracts import Outcome
from anops_experiments.calibration.fitting import Tried, region_of, terms_of
from anops_experiments.calibration.targets import Target, distance
from anops_experiments.failures import ExperimentError
from anops_experiments.misspelt import another_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from anops_experiments.calibration.contracts import AdaptiveService, Proposal
    from anops_experiments.calibration.space import Space
    from anops_experiments.contracts import Handle, SimulationService
    from anops_experiments.experiment import Experiment
    from anops_experiments.results import SimulationResult
    from anops_experiments.tasks import Scalar

_HOPELESS = 10
_WAIT_SECONDS = 0.2
_TELL_SECONDS = 0.5
_RENEW_SECONDS = 20.0
_ROUNDS = 2
"""In how many rounds the neighbourhood of the best is looked at: each around the best of those before."""


@dataclass(slots=True)
class Calibrating:
    """What is calibrated, and by whom.

    Attributes:
        experiment: The function, its replicates and its seed.
        space: What is looked for.
        targets: What was observed.
        search: Who proposes.
        service: Who simulates.
        batch: How many proposals are simulated together.
        total: How many there will be.
        tell: Hears of progress.
        stopped: Says whether it is wanted no more.
    """

    experiment: Experiment
    space: Space
    targets: Sequence[Target]
    search: AdaptiveService
    service: SimulationService
    batch: int
    total: int
    tell: Callable[[Mapping[str, Any]], None]
    stopped: Callable[[], bool]
    done: int = 0
    failed: int = 0
    best: float | None = None
    _said: Counter[str] = field(default_factory=Counter)
    _told: float = 0.0
    _there: tuple[str, ...] | None = None

    def go(self) -> str:
        """Calibrate until nothing is to be proposed any more; return `done` or `cancelled`.

        Raises:
            ExperimentError: Nothing works.
        """
        code = self.experiment.code_digest()
        while not self.stopped():
            proposals = self.search.ask(self.batch)
            if not proposals:
                if self.search.finished():
                    return "done"
                time.sleep(_WAIT_SECONDS)  # others are at what is left
                continue
            outcomes = self._simulated(proposals, code)
            if outcomes is None:
                self.search.give_back(proposals)
                break
            self.search.tell(outcomes)
            self._count(outcomes)
        return "cancelled"

    def _simulated(self, proposals: Sequence[Proposal], code: str) -> list[Outcome] | None:
        tasks = {
            each.number: [
                self.experiment.task(each.params, number, code) for number in range(1, self.experiment.replicates + 1)
            ]
            for each in proposals
        }
        handles = {number: self.service.submit_batch(those) for number, those in tasks.items()}
        if not self._wait(proposals, [each for those in handles.values() for each in those]):
            return None
        results = {number: [each.result() for each in those] for number, those in handles.items()}
        if self.experiment.aggregate:
            summed = {
                each.number: self.service.submit_batch([self._aggregation(each, results[each.number], code)])
                for each in proposals
                if all(result.ok for result in results[each.number])
            }
            if not self._wait(proposals, [each for those in summed.values() for each in those]):
                return None
            results |= {number: [each.result() for each in those] for number, those in summed.items()}
        return [self._outcome(each.number, results[each.number]) for each in proposals]

    def _aggregation(self, proposal: Proposal, results: Sequence[SimulationResult], code: str) -> Any:  # noqa: ANN401
        runs = [(each.task.number, each.scalars, each.tables) for each in results]
        return self.experiment.aggregation(proposal.params, code, frames(runs))

    def _wait(self, proposals: Sequence[Proposal], handles: Sequence[Handle]) -> bool:
        """Wait for simulations; return False where they are wanted no more."""
        from concurrent.futures import wait  # noqa: PLC0415  beside its namesake

        left: set[Any] = set(handles)
        renewed = time.monotonic()
        while left:
            left = set(wait(left, _WAIT_SECONDS).not_done)
            if left and self.stopped():
                self.service.cancel(left)
                return False
            if time.monotonic() - renewed > _RENEW_SECONDS:
                renewed = time.monotonic()
                self.search.renew(proposals)
        return True

    def _outcome(self, number: int, results: Sequence[SimulationResult]) -> Outcome:
        failed = next((each.failure for each in results if each.failure is not None), None)
        if failed is not None:
            if failed.kind == "lost":
                remedy = "When it is there again, calibrate again: what is done is kept."
                raise ExperimentError(failed.message, remedy=remedy)
            self._there = failed.there if self._there is None else self._there
            where = f" ({failed.where})" if failed.where else ""
            return Outcome(number, None, message=failed.message + where)
        try:
            simulated = {t.name: np.array([t.simulated(each) for each in results]) for t in self.targets}
        except ExperimentError as error:
            return Outcome(number, None, message=error.message)
        return Outcome(number, distance(self.targets, simulated), simulated)

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        for each in outcomes:
            if each.loss is None:
                self.failed += 1
                self._said[str(each.message)] += 1
                if self._said[str(each.message)] == 1:
                    self.tell({"event": "proposal failed", "message": each.message, "number": each.number})
            else:
                self.done += 1
                self.best = each.loss if self.best is None else min(self.best, each.loss)
        if self.failed >= _HOPELESS and not self.done:
            raise ExperimentError(
                f"The first {self.failed} proposals failed, and none had a result.",
                details=[message for message, _ in self._said.most_common(3)],
                remedy=self._named_anew() or "Fix the function or the targets, then calibrate again.",
            )
        clock = time.monotonic()
        if clock - self._told >= _TELL_SECONDS or self.done + self.failed >= self.total:
            self._told = clock
            facts = {"event": "progress", "done": self.done, "failed": self.failed, "total": self.total}
            self.tell(facts | {"best": self.best})

    def _named_anew(self) -> str | None:
        if self._there is None:
            return None
        where = f"as `function` under [calibrations.{self.experiment.name}] in ao.toml."
        return another_name(self.experiment.function, self._there, again="Calibrate again", where=where)


def tried_of(rows: Sequence[Mapping[str, Any]], space: Space) -> tuple[list[Tried], dict[str, Scalar]]:
    """Return what was simulated, with the choices of the best proposal, and these choices."""
    done = [each for each in rows if each["state"] == "done"]
    if not done:
        return [], {}
    best = min(done, key=lambda each: each["loss"])
    chosen = {name: best["params"][name] for name in space.choices}
    same = (each for each in done if all(each["params"][name] == value for name, value in chosen.items()))
    made = []
    for each in same:
        runs = {name: np.array(values) for name, values in json.loads(each["simulated"]).items()}
        made.append(Tried(space.places(each["params"]), each["loss"], runs))
    return made, chosen


def nearby(
    space: Space, targets: Sequence[Target], seed: int
) -> Callable[[list[dict[str, Any]], int], list[dict[str, Scalar]]]:
    """Return what gives parameters near the best, in rounds: each when those before it are known."""
    known: dict[tuple[int, int], list[dict[str, Scalar]]] = {}

    def make(rows: list[dict[str, Any]], count: int) -> list[dict[str, Scalar]]:
        searched = [each for each in rows if each["trial"] is not None]
        refined = [each for each in rows if each["trial"] is None]
        size, made = -(-count // _ROUNDS), list[dict[str, "Scalar"]]()
        for number in range(_ROUNDS):
            before = refined[: number * size]
            if len(before) < number * size or any(each["state"] == "leased" for each in before):
                break
            key = (number, len(searched))
            if key not in known:
                tried, chosen = tried_of([*searched, *before], space)
                if len(tried) < 2 * terms_of(len(space.spans)):
                    return []
                places = region_of(targets, tried).points(min(size, count - number * size), seed + number)
                known[key] = [space.params(each, chosen) for each in places]
            made += known[key]
        return made

    return make


def definition_of(experiment: Experiment, settings: Mapping[str, Any], targets: Sequence[Target]) -> str:
    """Return the digest of all that a proposal's outcome depends on: another is another calibration."""
    told = {
        name: settings.get(name) for name in ("parameters", "targets", "replicates", "seed", "sampler", "aggregate")
    }
    told |= {"function": experiment.function, "code": experiment.code_digest()}
    told |= {"observed": [each.observed.tolist() for each in targets], "keys": [list(each.keys) for each in targets]}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
