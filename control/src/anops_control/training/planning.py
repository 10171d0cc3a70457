"""Finds what a training needs in its project: the file of its steps, its configuration, the values that are set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.training.config_file import NAMES, assignment, read_config, unknown_keys, value_of, with_values
from anops_control.training.plan import TrainingPlan
from anops_control.training.sweep import combinations

if TYPE_CHECKING:
    from anops_project.sections.training import TrainingSection

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.training.request import TrainRequest
    from anops_control.training.runs import Runs, TrainingRun

CODE = {"python": "train.py", "r": "train.R"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants trained.

    Attributes:
        code: The file with the steps.
        artifact: What the model's file is called.
        workflow: Which workflow.
        seed: The seed of random numbers.
        configs: A configuration for each run.
        metric: What chooses the best of several.
        higher: Whether more of it is better.
    """

    code: str
    artifact: str
    workflow: str | None
    seed: int
    configs: tuple[dict[str, Any], ...]
    metric: str | None
    higher: bool

    def plan(self, configuration: Configuration, config: dict[str, Any], runs: Runs) -> TrainingPlan:
        """Return the plan of a run, with a folder of its own."""
        return TrainingPlan(
            folder=configuration.folder.resolve(),
            language=configuration.project.project.language,
            code=self.code,
            workflow=self.workflow,
            config=config,
            seed=self.seed,
            run=runs.place().resolve(),
            artifact=self.artifact,
        )


def wanted(request: TrainRequest, configuration: Configuration, events: Events) -> Wanted:
    """Return what is to be trained.

    Raises:
        CommandError: The file of the steps is not there, or the request can't be done.
    """
    section, language = configuration.training, configuration.project.project.language
    code = section.code or CODE[language]
    if not (configuration.folder / code).is_file():
        raise CommandError(
            f"There is no `{code}`, the file with the steps of the training.",
            remedy="Write it: a function for each of load_data, split_data, build_pipeline, train_model, evaluate."
            if section.code is None
            else "Correct `[training] code` in ao.toml.",
            code=Code.FILE_NOT_FOUND,
        )
    artifact = configuration.project.model.artifact
    if artifact is None:
        raise CommandError(
            "The project has code alone, and no `artifact` in ao.toml that a training could write.",
            remedy='Name the file in ao.toml: [model] artifact = "model.rds" or "model.joblib".',
            code=Code.USAGE,
        )
    config, name = _config(request, configuration, section)
    values = [(key, value_of(value)) for key, value in map(assignment, request.values)]
    told = config.pop("workflow", None) if isinstance(config.get("workflow"), str) else None
    seeded = config.pop("seed", None) if isinstance(config.get("seed"), int) else None
    tried = combinations(request.sweep, request.draws, _seed(request, seeded, section)) if request.sweep else [{}]
    for key, guess in unknown_keys(config, [key for key, _ in values] + list(tried[0])):
        if guess is not None:
            events.warning(f"`{key}` is not in {name}.", remedy=f"Did you mean `{guess}`?")
    set_seed = dict(values).pop("seed", None)
    base = with_values(config, [each for each in values if each[0] != "seed"])
    seed = set_seed if isinstance(set_seed, int) and not isinstance(set_seed, bool) else None
    return Wanted(
        code=code,
        artifact=Path(artifact).name,
        workflow=request.workflow or told or section.workflow,
        seed=_seed(request, seed if seed is not None else seeded, section),
        configs=tuple(with_values(base, each.items()) for each in tried),
        metric=request.metric or section.metric,
        higher=(request.better or section.better) == "higher",
    )


def resumed_plan(run: TrainingRun, configuration: Configuration, runs: Runs) -> TrainingPlan:
    """Return the plan of a run that goes on: its configuration of then, the code of now."""
    return TrainingPlan(
        folder=configuration.folder.resolve(),
        language=configuration.project.project.language,
        code=run.code,
        workflow=run.workflow,
        config=run.config,
        seed=run.seed,
        run=(runs.folder / run.name).resolve(),
        artifact=run.artifact,
    )


def _seed(request: TrainRequest, told: int | None, section: TrainingSection) -> int:
    seed = request.seed if request.seed is not None else told if told is not None else section.seed
    if not 0 <= seed < 2**31:
        raise CommandError(
            f"The seed must be a whole number from 0 to {2**31 - 1}, not {seed}.",
            remedy="Choose another: ao train --seed 1",
            code=Code.USAGE,
        )
    return seed


def _config(
    request: TrainRequest, configuration: Configuration, section: TrainingSection
) -> tuple[dict[str, Any], str]:
    if request.config is not None:
        return read_config(request.config), str(request.config)
    names = (section.config,) if section.config is not None else NAMES
    for name in names:
        if (configuration.folder / name).is_file() or section.config is not None:
            return read_config(configuration.folder / name), name
    return {}, ""
