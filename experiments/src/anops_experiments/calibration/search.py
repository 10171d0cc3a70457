"""Proposes parameters by Optuna's samplers; what is proposed, and who tries it, is a table beside Optuna's own."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna

from anops_experiments.calibration.database import engine_of, opened, shut
from anops_experiments.calibration.proposals import Proposals
from anops_experiments.calibration.samplers import sampler_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from anops_experiments.calibration.contracts import Outcome, Proposal
    from anops_experiments.calibration.samplers import Sampler
    from anops_experiments.calibration.space import Space
    from anops_experiments.tasks import Scalar

_TRIES = 30
"""How often a proposal that is there already is made anew; then all that there is has been proposed."""


class OptunaSearch:
    """Proposes parameters, in the form of `AdaptiveService`.

    Args:
        address: The database, as SQLAlchemy writes it: SQLite or PostgreSQL.
        study: What is asked for, by all who ask for the same.
        space: What is looked for.
        trials: How many proposals the sampler makes.
        refine: How many are made after that, near the best.
        nearby: Gives parameters near the best: a list for all of these that are to be made now.
        sampler: Which sampler.
        seed: The seed of random numbers.
        lease: After how many seconds without a sign of life a proposal is given to another.
    """

    def __init__(
        self,
        address: str,
        study: str,
        space: Space,
        *,
        trials: int,
        refine: int = 0,
        nearby: Callable[[list[dict[str, Any]], int], list[dict[str, Scalar]]] | None = None,
        sampler: Sampler = "tpe",
        seed: int = 1,
        lease: float = 120.0,
    ) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.name = study
        self._space = space
        self._trials = trials
        self._refine = refine if nearby is not None else 0
        self._nearby = nearby
        self._sampler = sampler
        self._seed = seed
        self._exhausted = False
        self._study = opened(address, study)
        self._proposals = Proposals(engine_of(self._study), study, lease)
        self._sweep()

    @property
    def total(self) -> int:
        """How many proposals there will be."""
        return self._trials + self._refine

    def close(self) -> None:
        """Close the connections."""
        shut(self._study)

    def ask(self, n: int) -> list[Proposal]:
        """Give at most so many proposals, each to one who asks; none where there are none for now, or no more."""
        given = self._proposals.take_over(n)
        while len(given) < n:
            made = self._next()
            if made is None:
                break
            given.append(made)
        return given

    def renew(self, proposals: Iterable[Proposal]) -> None:
        """Say that proposals are being worked on."""
        self._proposals.renew(proposals)

    def give_back(self, proposals: Iterable[Proposal]) -> None:
        """Say that proposals are worked on no more."""
        self._proposals.give_back(proposals)

    def tell(self, outcomes: Iterable[Outcome]) -> int:
        """Hear outcomes, and return how many were new."""
        new = 0
        for each in outcomes:
            if self._proposals.settle(each):
                new += 1
                self._tell_optuna(each.number, each.loss)
        return new

    def finished(self) -> bool:
        """Whether there is an outcome of all that is to be proposed."""
        rows = self.rows(briefly=True)
        searched = sum(each["trial"] is not None for each in rows)
        complete = searched >= self._trials and len(rows) - searched >= self._refine
        return (complete or self._exhausted) and all(each["state"] != "leased" for each in rows)

    def rows(self, *, briefly: bool = False) -> list[dict[str, Any]]:
        """Return all that was proposed, in its order, with what came of it; briefly without what was simulated."""
        return self._proposals.rows(briefly=briefly)

    def _next(self) -> Proposal | None:
        for attempt in range(_TRIES):
            rows = self.rows(briefly=True)
            number, searched = len(rows) + 1, sum(each["trial"] is not None for each in rows)
            if self._exhausted:
                return None
            trial, params = (
                self._sampled(number, attempt)
                if searched < self._trials
                else (None, self._near(rows, len(rows) - searched))
            )
            if params is None:
                return None
            if (made := self._proposals.lease(number, trial, params)) is not None:
                return made
            if trial is not None:
                self._study.tell(trial, state=optuna.trial.TrialState.FAIL)
        self._exhausted = True
        return None

    def _sampled(self, number: int, attempt: int) -> tuple[int, dict[str, Scalar]]:
        # a study that is opened again begins its sampler anew: with the same seed it would repeat its first draws
        seed = int(np.random.SeedSequence(self._seed, spawn_key=(number, attempt)).generate_state(1)[0])
        self._study.sampler = sampler_of(self._sampler, self._space, seed, self._seed, number - 1 + attempt)
        trial = self._study.ask(_distributions(self._space))
        return trial.number, {**self._space.fixed, **trial.params}

    def _near(self, rows: list[dict[str, Any]], at: int) -> dict[str, Scalar] | None:
        """Return parameters near the best, which is known when all that was searched is."""
        still = any(each["trial"] is not None and each["state"] == "leased" for each in rows)
        if at >= self._refine or self._nearby is None or still:
            return None
        made = self._nearby(self.rows(), self._refine)
        self._exhausted = not made
        return made[at] if at < len(made) else None

    def _tell_optuna(self, number: int, loss: float | None) -> None:
        trial = self._proposals.trial_of(number)
        if trial is None:
            return
        state = optuna.trial.TrialState.FAIL if loss is None else None
        # Optuna looks whether it was told before it writes: another searcher may tell it in between
        with suppress(optuna.exceptions.UpdateFinishedTrialError):
            self._study.tell(trial, loss, state=state, skip_if_finished=True)

    def _sweep(self) -> None:
        """Tell Optuna what it missed: whoever told it may have ended in between."""
        running = {each.number for each in self._study.get_trials(deepcopy=False) if not each.state.is_finished()}
        for row in self.rows(briefly=True) if running else ():
            if row["trial"] in running and row["state"] != "leased":
                self._tell_optuna(row["number"], row["loss"])


def _distributions(space: Space) -> dict[str, optuna.distributions.BaseDistribution]:
    made: dict[str, optuna.distributions.BaseDistribution] = {}
    for name, span in space.spans.items():
        if span.is_whole:
            made[name] = optuna.distributions.IntDistribution(int(span.low), int(span.high), log=span.is_log)
        else:
            made[name] = optuna.distributions.FloatDistribution(span.low, span.high, log=span.is_log)
    return made | {
        name: optuna.distributions.CategoricalDistribution(tuple(values)) for name, values in space.choices.items()
    }
