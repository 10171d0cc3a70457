"""Runs a calibration of a project in this process; others may run the same, on one database, at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_experiments.calibration.calibrating import Calibrating, definition_of, nearby
from anops_experiments.calibration.fitting import terms_of
from anops_experiments.calibration.plots import drawn
from anops_experiments.calibration.report import report_of, write_report, write_trials
from anops_experiments.calibration.search import OptunaSearch
from anops_experiments.calibration.space import Space
from anops_experiments.calibration.targets import Target
from anops_experiments.experiment import Experiment
from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from anops_experiments.contracts import SimulationService

_SEVERAL_FOR_A_TERM = 6


def calibrate(
    folder: Path,
    place: Path,
    name: str,
    settings: Mapping[str, Any],
    service: SimulationService,
    *,
    tell: Callable[[Mapping[str, Any]], None],
    stopped: Callable[[], bool],
) -> dict[str, Any]:
    """Calibrate, or go on with it, and return what was found.

    Args:
        folder: The project's folder.
        place: Where the results go.
        name: The calibration.
        settings: The keys of `[calibrations.NAME]`.
        service: Who simulates.
        tell: Hears of progress.
        stopped: Says whether it is wanted no more.

    Raises:
        ExperimentError: It can't be done, or nothing works.
    """
    experiment = Experiment(
        name=name, folder=folder, function=settings["function"], replicates=settings["replicates"],
        seed=settings["seed"], files=settings.get("files", ()), aggregate=settings.get("aggregate"),
        cold=settings.get("cold", False),
    )  # fmt: skip
    space = Space.read(settings["parameters"])
    targets = [Target.read(each, told, folder) for each, told in settings["targets"].items()]
    _check(targets, experiment)
    refine = settings.get("refine")
    if refine is None:
        refine = _SEVERAL_FOR_A_TERM * terms_of(len(space.spans)) if space.spans else 0
    place.mkdir(parents=True, exist_ok=True)
    search = OptunaSearch(
        settings.get("storage") or f"sqlite:///{place / 'proposals.sqlite'}",
        f"{name}-{definition_of(experiment, settings, targets)}",
        space, trials=settings["trials"], refine=refine, nearby=nearby(space, targets, settings["seed"]),
        sampler=settings["sampler"], seed=settings["seed"], lease=settings["lease"],
    )  # fmt: skip
    try:
        known = search.rows()
        going = Calibrating(experiment, space, targets, search, service, settings["batch"], search.total, tell, stopped)
        going.done = sum(each["state"] == "done" for each in known)
        going.failed = sum(each["state"] == "failed" for each in known)
        state = going.go()
        rows = search.rows()
    finally:
        search.close()
    told = {"name": name, "state": state, "study": search.name}
    told |= report_of(rows, space, targets, level=settings["level"], seed=settings["seed"])
    files = {"trials": place / "trials.parquet", "plot": place / "calibration.svg", "report": place / "report.json"}
    write_trials(rows, files["trials"])
    files["plot"].write_text(drawn(rows, told), encoding="utf-8")
    told |= {key: str(file) for key, file in files.items()}
    write_report(told, files["report"])
    return told


def _check(targets: list[Target], experiment: Experiment) -> None:
    for each in targets:
        if each.loss == "normal" and each.sd is None:
            raise ExperimentError(
                f"The loss `normal` of the target `{each.name}` needs the standard deviation of the measurement.",
                remedy=f"Give it: targets.{each.name}.sd = …",
            )
        if each.loss == "simulated" and (experiment.replicates < 2 or experiment.aggregate):
            why = "`aggregate` leaves one result of them" if experiment.aggregate else "there is one"
            raise ExperimentError(
                f"The loss `simulated` of the target `{each.name}` takes the spread from the replicates, and {why}.",
                remedy=f'Say how exact the observed value is: targets.{each.name}.loss = "normal", with its `sd`.',
            )
        if each.loss == "poisson" and (each.observed < 0).any():
            raise ExperimentError(f"The loss `poisson` of the target `{each.name}` is for counts, and one is negative.")
