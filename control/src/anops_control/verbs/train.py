"""Refits a project's model by the steps of its training, and takes the model in."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_project.sections.service import available_cpus

from anops_control.child_environment import child_environment
from anops_control.configuration import load
from anops_control.environment import interpreter_of, require_r
from anops_control.errors import CommandError
from anops_control.events import CancelledError, Events
from anops_control.tasks.step_environment import step_environment
from anops_control.tracking.tracked import mlflow_variables, tracked_trainings
from anops_control.training.engine import engine
from anops_control.training.hosting import step_program
from anops_control.training.plan import FITTED
from anops_control.training.planning import resumed_plan, wanted
from anops_control.training.request import TrainRequest
from anops_control.training.resuming import tell_which
from anops_control.training.running import Training, failure_of
from anops_control.training.runs import Runs, RunState, TrainingRun, again, begun
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.configuration import Configuration
    from anops_control.training.jobs.job import Job
    from anops_control.verbs.check import CheckResult
    from anops_control.verbs.refit import RefitResult


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What was trained.

    Attributes:
        runs: The runs.
        best: The name of the run whose model was taken.
        model: The file of that model.
        card: The page that tells of that run.
        taken: What changed in the project, where the model was taken in.
        checked: What was found there.
        baseline: What is known of the baseline for monitoring that was kept; None where none was.
    """

    runs: tuple[TrainingRun, ...]
    best: str
    model: Path
    card: Path | None = None
    taken: RefitResult | None = None
    checked: CheckResult | None = None
    baseline: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "runs": [run.to_dict() for run in self.runs],
            "best": self.best,
            "model": str(self.model),
            "card": None if self.card is None else str(self.card),
            "taken": None if self.taken is None else self.taken.to_dict(),
            "checked": None if self.checked is None else self.checked.to_dict(),
            "baseline": self.baseline,
        }


def run(request: TrainRequest, events: Events) -> TrainResult:
    """Train.

    Raises:
        CommandError: The request can't be done, or a step failed: which one, its log, and how to go on.
        AnOpsError: The model can't be taken in; the project stays as it was.
        CancelledError: It was ended because it was wanted no more.
    """
    configuration = load(request.folder)
    runs, used = Runs(configuration.folder), engine()
    metric, higher, labels = None, False, [""]
    if request.resume:
        _require_alone(request)
        found = runs.to_resume(request.run)
        tell_which(found, runs, events, was_named=request.run is not None)
        job = _job(request.provider or found.provider, configuration, found.code, events)
        plans, kept = [resumed_plan(found, configuration, runs)], again(found, None if job is None else job.provider)
    else:
        if request.run is not None:
            raise CommandError(
                "A run is named to be resumed.", command=f"ao train --resume {request.run}", code=Code.USAGE
            )
        asked = wanted(request, configuration, events)
        metric, higher = asked.metric, asked.higher
        if len(asked.configs) > 1 and metric is None:
            raise CommandError(
                "A sweep must know which metric chooses the best run.",
                remedy="Set it: --metric rmse --better lower, or `metric` and `better` of [training] in ao.toml.",
                code=Code.USAGE,
            )
        job = _job(request.provider, configuration, asked.code, events)
        plans = [asked.plan(configuration, config, runs) for config in asked.configs]
        kept = None
        labels = [f"{position}/{len(plans)} " if len(plans) > 1 else "" for position in range(1, len(plans) + 1)]
    if job is None and configuration.project.project.language == "r":
        require_r()
    python = interpreter_of(configuration.project).path
    # what is refused until here leaves no folder of ours
    environ = step_environment(configuration.folder, python, child_environment())
    environ |= mlflow_variables(configuration.project)
    trainings = [
        Training(
            plan, kept or begun(plan, None if job is None else job.provider), runs, used,
            step_program(plan, python) if job is None else job.program(plan, environ), environ, events, label,
        )
        for plan, label in zip(plans, labels, strict=True)
    ]  # fmt: skip
    for each in trainings:
        each.plan.write()
    with tracked_trainings(configuration.project, events):
        ended = asyncio.run(_all(trainings, request.jobs or available_cpus(), events))
    if any(each.state is RunState.CANCELLED for each in ended):
        raise CancelledError(f"Stopped. Go on with it: ao train --resume {ended[-1].name}")
    return _result(request, configuration, trainings, metric, higher=higher)


def _job(provider: str | None, configuration: Configuration, code: str, events: Events) -> Job | None:
    if provider is None:
        return None
    from anops_control.training.jobs.finding import job_in  # noqa: PLC0415  what speaks to Docker is slow to import

    return job_in(provider, configuration, code, events)


async def _all(trainings: Sequence[Training], jobs: int, events: Events) -> list[TrainingRun]:
    loop, cancelled, places = asyncio.get_running_loop(), asyncio.Event(), asyncio.Semaphore(jobs)

    async def one(training: Training) -> TrainingRun:
        async with places:
            return training.run if cancelled.is_set() else await training.go(cancelled)

    with events.on_cancel(lambda: loop.call_soon_threadsafe(cancelled.set)):
        return list(await asyncio.gather(*map(one, trainings)))


def _result(
    request: TrainRequest,
    configuration: Configuration,
    trainings: Sequence[Training],
    metric: str | None,
    *,
    higher: bool,
) -> TrainResult:
    from anops_control.monitoring.own_baseline import keep_own  # noqa: PLC0415  NumPy is slow to import
    from anops_control.refitting.fit_facts import note_training  # noqa: PLC0415  the same
    from anops_control.training.taking_in import take_in  # noqa: PLC0415  the same

    done = [each for each in trainings if each.run.state is RunState.DONE]
    if not done:
        first = trainings[0]
        raise failure_of(first.run, first.failure, first.plan.run, is_one=len(trainings) == 1)
    for each in trainings:
        if each not in done and each.failure is not None:
            remedy = f"Its log: {each.failure.log} Go on with it: ao train --resume {each.run.name}"
            trainings[0].events.warning(f"{each.label}{each.failure.message}", remedy=remedy)
    best = _best(done, metric, higher=higher) if len(trainings) > 1 else done[0]
    made = best.plan.run / best.plan.artifact
    result = TrainResult(
        tuple(each.run for each in trainings), best.run.name, made, best.engine.card(best.plan.run)
    )  # fmt: skip
    if not request.take_in:
        return result
    taken, checked = take_in(configuration.folder, made, best.events)
    note_training(configuration.folder, best.run.name)
    source = f"training {best.run.name}"
    baseline = keep_own(configuration.folder, best.plan.run / FITTED, best.events, source=source)
    return TrainResult(result.runs, result.best, made, result.card, taken, checked, baseline)


def _best(done: Sequence[Training], metric: str | None, *, higher: bool) -> Training:
    """Return the run with the best metric; one without a number is never it."""
    names = {name for each in done for name in each.run.metrics}
    if metric not in names:
        there = ", ".join(f"`{name}`" for name in sorted(names))
        raise CommandError(
            f"No run has the metric `{metric}`.", remedy=f"There is {there}: choose with --metric.", code=Code.USAGE
        )

    def worth(training: Training) -> float:
        value = float(training.run.metrics.get(str(metric), math.nan))
        return -math.inf if math.isnan(value) else value if higher else -value

    return max(done, key=worth)


def _require_alone(request: TrainRequest) -> None:
    """Refuse what a resumed run can't take: it goes on with the configuration that it began with."""
    given = {
        "--config": request.config, "--set": request.values, "--sweep": request.sweep, "--seed": request.seed,
        "--workflow": request.workflow,
    }  # fmt: skip
    named = [flag for flag, value in given.items() if value not in {None, ()}]
    if named:
        raise CommandError(
            f"A resumed training goes on with the configuration it began with: {', '.join(named)} can't change it.",
            remedy="Leave it out, or train from the beginning without --resume.",
            code=Code.USAGE,
        )


VERB = Verb("train", "Refit the model by the steps of train.py or train.R, and take it in.", TrainRequest, run)
